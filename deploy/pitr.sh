#!/usr/bin/env bash
# Back to any moment: pgBackRest archives the write-ahead log beside full and differential backups of the whole cluster. On the database's
# machine, as root or as the owner of the cluster.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/packages.sh"
. "$root/deploy/lib/database.sh"

usage() {
  cat <<'TEXT'
Usage: deploy/pitr.sh init                  writes the configuration, switches archiving on, makes the stanza
       deploy/pitr.sh backup [full|diff]    a backup (full where none is given); keeps two full ones
       deploy/pitr.sh check HOURS [MINUTES] fails when the newest backup, or the newest archived log, is older
       deploy/pitr.sh restore --to DIR (--time 'YYYY-MM-DD HH:MM:SS+00' | --latest)
                                            a copy of the cluster as of that moment, in an empty folder; nothing that runs is touched

PGDATA                         the cluster's folder; PGHOST (folder of its socket), PGPORT and PGUSER reach it as a superuser
DEVICECONSOLE_PITR_REPOSITORY  the folder of the archive, best on another machine's disk (/var/lib/pgbackrest)
DEVICECONSOLE_PITR_CONFIG      the configuration that init writes (/etc/pgbackrest/deviceconsole.conf); more of pgBackRest goes there
TEXT
}

action=${1:-}
(($# > 0)) && shift
repository=${DEVICECONSOLE_PITR_REPOSITORY:-/var/lib/pgbackrest}
configuration=${DEVICECONSOLE_PITR_CONFIG:-/etc/pgbackrest/deviceconsole.conf}
case $action in
  init | backup | check | restore) ;;
  --help | -h) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
have pgbackrest || die 'deploy/pitr.sh needs pgBackRest: apt-get install pgbackrest.'
[[ -n ${PGDATA:-} ]] || die 'PGDATA is not set: name the folder of the cluster.'
owner=$(stat -c %U "$PGDATA") || die "$PGDATA cannot be read: name the folder of the cluster in PGDATA."
if ((EUID != 0)) && [[ $(id -un) != "$owner" ]]; then die "$PGDATA belongs to $owner: run this as $owner or as root."; fi

as_owner() { if ((EUID == 0)); then (cd / && runuser -u "$owner" -- "$@"); else "$@"; fi; }
rest() { as_owner pgbackrest --config="$configuration" --stanza=deviceconsole --log-level-console=warn "$@"; }
need_configuration() { [[ -r $configuration ]] || die "$configuration is not there: run deploy/pitr.sh init first."; }

init() {
  need_postgres_programs psql
  if [[ -e $configuration ]]; then say "$configuration stays as it is."
  else
    mkdir -p "$(dirname "$configuration")" "$repository/log" "$repository/lock"
    cat >"$configuration" <<TEXT
[global]
repo1-path=$repository
repo1-retention-full=2
repo1-bundle=y
start-fast=y
compress-type=lz4
log-path=$repository/log
lock-path=$repository/lock
archive-timeout=60

[deviceconsole]
pg1-path=$PGDATA
pg1-port=${PGPORT:-5432}
pg1-user=${PGUSER:-postgres}
${PGHOST:+pg1-socket-path=$PGHOST}
TEXT
    if ((EUID == 0)); then chown "$owner" "$configuration" "$repository" "$repository/log" "$repository/lock"; fi
  fi
  sql <<SQL
ALTER SYSTEM SET archive_mode = 'on';
ALTER SYSTEM SET archive_command = 'pgbackrest --config=$configuration --stanza=deviceconsole archive-push %p';
ALTER SYSTEM SET archive_timeout = '60s';
SELECT pg_reload_conf() \g /dev/null
SQL
  rest stanza-create
  if [[ $(sql -c "SELECT current_setting('archive_mode')") == on ]]; then rest check; say 'The log is archived.'
  else say 'Restart PostgreSQL once: archiving begins with it. Then run deploy/pitr.sh backup full.'; fi
}

backup() {
  local kind=${1:-full}
  [[ $kind == full || $kind == diff ]] || die 'A backup is full or diff.'
  need_configuration
  rest --type="$kind" backup
  say "$(rest info --output=json | jq -r '.[0].backup[-1] | "\(.type) backup \(.label), \((.timestamp.stop - .timestamp.start)) s, \(.info.repository.delta) bytes"')"
}

check() {
  local hours=${1:-} minutes=${2:-15} age
  [[ $hours =~ ^[0-9]+$ && $minutes =~ ^[0-9]+$ ]] || die 'check takes the age in hours of the newest backup, and in minutes of the newest log.'
  need_configuration
  need_postgres_programs psql
  age=$(rest info --output=json | jq -r '(now - (.[0].backup[-1].timestamp.stop // 0)) | floor')
  ((age <= hours * 3600)) || die "The newest backup of pgBackRest is older than $hours h: run deploy/pitr.sh backup, and look at $repository/log."
  # Silence is an age only where something was written: PostgreSQL archives at least every minute then.
  age=$(sql -c "SELECT CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity') THEN 999999999 WHEN last_archived_time IS NULL THEN 999999998
    WHEN pg_walfile_name(pg_current_wal_lsn()) = last_archived_wal THEN 0 ELSE extract(epoch FROM now() - last_archived_time)::bigint END FROM pg_stat_archiver")
  ((age < 999999998)) || die "The write-ahead log is not archived: PostgreSQL's log says what pgbackrest archive-push complained of."
  ((age <= minutes * 60)) || die "The newest archived log is $((age / 60)) min old: what was written since would be lost."
  say "The newest backup is at most $hours h old, the archived log at most $minutes min."
}

restore() {
  local to='' target=()
  while (($# > 0)); do
    case $1 in
      --to) (($# > 1)) || die '--to needs a folder.'; to=$2; shift 2 ;;
      --time) (($# > 1)) || die '--time needs a moment.'; target=(--type=time "--target=$2" --target-action=promote); shift 2 ;;
      --latest) target=(--type=default); shift ;;
      *) usage >&2; exit 2 ;;
    esac
  done
  [[ -n $to && ${#target[@]} -gt 0 ]] || { usage >&2; exit 2; }
  need_configuration
  mkdir -p "$to"
  [[ -z $(ls -A "$to") ]] || die "$to is not empty: a copy is only made in an empty folder."
  if ((EUID == 0)); then chown "$owner" "$to"; fi
  chmod 700 "$to"
  rest --pg1-path="$to" "${target[@]}" --archive-mode=off restore
  say "Restored into $to. Start PostgreSQL on it (pg_ctl -D '$to' -o '-p PORT' start) and wait until it has replayed the log, then, before any node is started:"
  say '  deploy/restore.sh --hold      jobs and schedules wait until --release or --cancel-held'
  say '  deploy/verify.sh'
}

"$action" "$@"
