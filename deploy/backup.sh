#!/usr/bin/env bash
# A backup of the whole database as dc_backup, with a manifest of what is in it: rows and checksums of every table and tenant, from the same moment.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/packages.sh"
. "$root/deploy/lib/database.sh"

usage() {
  cat <<'TEXT'
Usage: deploy/backup.sh [--out DIR] [--keep N]
       deploy/backup.sh --check HOURS [--drill-check HOURS] [--out DIR]

  --out DIR            where backups are (DEVICECONSOLE_BACKUP_FOLDER, else ./backups)
  --keep N             deletes all but the newest N afterwards
  --check HOURS        makes none: fails when the newest one is older, so that a deployment stops
  --drill-check HOURS  fails when the last restore that was verified (deploy/restore-drill.sh) is older

ConnectionStrings__Backup: a log-in as dc_backup.
TEXT
}

folder=${DEVICECONSOLE_BACKUP_FOLDER:-$PWD/backups} keep='' check='' drill_check=''
while (($# > 0)); do
  case $1 in
    --out | --keep | --check | --drill-check)
      (($# > 1)) || die "$1 needs a value."
      case $1 in --out) folder=$2 ;; --keep) keep=$2 ;; --check) check=$2 ;; *) drill_check=$2 ;; esac
      shift 2 ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
[[ $keep$check$drill_check =~ ^[0-9]*$ && $keep != 0 ]] || die '--keep, --check and --drill-check take a number.'

# check_age WHAT TIME HOURS ADVICE
check_age() {
  [[ -n $2 ]] || die "There is no $1 in $folder: $4."
  local age
  age=$(seconds_since "$2")
  ((age <= $3 * 3600)) || die "The last $1 is $(words "$age") old, allowed are $3 h: $4."
  say "The last $1 is $(words "$age") old."
}

if [[ -n $check$drill_check ]]; then
  newest=$(newest_backup "$folder")
  if [[ -n $check ]]; then check_age backup "$([[ -z $newest ]] || manifest_value "$folder/${newest%.dump}.manifest" snapshot)" "$check" 'run deploy/backup.sh'; fi
  if [[ -n $drill_check ]]; then check_age 'verified restore' "$(cut -d' ' -f1 "$folder/last-verified" 2>/dev/null || true)" "$drill_check" 'run deploy/restore-drill.sh'; fi
  exit 0
fi

[[ -n ${ConnectionStrings__Backup:-} ]] || die "There is no connection string: set ConnectionStrings__Backup to a log-in as dc_backup."
need_postgres_programs pg_dump psql
use_connection "$ConnectionStrings__Backup" ConnectionStrings__Backup
umask 077
mkdir -p "$folder" && [[ -w $folder ]] || die "$folder cannot be written by $(id -un): choose another folder with --out DIR."
role=$(sql -c "SELECT CASE WHEN r.rolsuper THEN 'a superuser' WHEN NOT r.rolbypassrls THEN 'not allowed past row-level security, so the backup would be empty'
  WHEN EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'sys') AND c.relowner = r.oid) THEN 'an owner of tables' END
  FROM pg_roles r WHERE r.rolname = current_user") || die "PostgreSQL cannot be reached with ConnectionStrings__Backup, or refused; the line above says why."
[[ -z $role ]] || die "$PGUSER is $role: a backup is made as dc_backup, which reads everything and can do nothing else."
bytes=$(sql -c 'SELECT pg_database_size(current_database()) / 1048576')
need_disk "$folder" "$((bytes / 3 + 64))"

# One snapshot for the dump and for the manifest: a session holds it open while pg_dump works.
name=deviceconsole-$(date -u +%Y%m%dT%H%M%SZ)
began=$SECONDS
trap 'rm -f "$folder/$name".*.part' EXIT
coproc HOLDER { psql -X -q -At -v ON_ERROR_STOP=1 2>&1; }
holder=$HOLDER_PID
printf '%s\n' 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;' 'SELECT pg_export_snapshot();' >&"${HOLDER[1]}"
IFS= read -r -t 60 snapshot <&"${HOLDER[0]}" && [[ $snapshot =~ ^[0-9A-F-]+$ ]] || die "The database gave no snapshot: ${snapshot:-no answer}."
taken=$(date -u +%Y-%m-%dT%H:%M:%SZ)
say "Backing up $PGDATABASE on $PGHOST:$PGPORT ($bytes MB)"
pg_dump --format=custom --compress=6 --snapshot="$snapshot" --lock-wait-timeout=30000 --file="$folder/$name.dump.part" ||
  die 'pg_dump failed; the lines above say why. Nothing was kept.'
{
  printf '# snapshot %s\n# database %s\n' "$taken" "$PGDATABASE"
  {
    printf '%s\n' 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;' "SET TRANSACTION SNAPSHOT '$snapshot';"
    printf '%s\n' "SELECT '# schema ' || max(version) FROM sys.schema_versions;" "SELECT '# server ' || current_setting('server_version');"
    contents_sql
    printf 'COMMIT;\n'
  } | psql -X -q -At -F ' ' -v ON_ERROR_STOP=1
} >"$folder/$name.manifest.part" || die 'The manifest could not be written; the lines above say why. Nothing was kept.'
printf 'COMMIT;\n\\q\n' >&"${HOLDER[1]}"
wait "$holder" 2>/dev/null || true
printf '# sha256 %s\n' "$(sha256sum <"$folder/$name.dump.part" | cut -d' ' -f1)" >>"$folder/$name.manifest.part"
mv "$folder/$name.manifest.part" "$folder/$name.manifest"
# The dump last: a backup is there when its dump is.
mv "$folder/$name.dump.part" "$folder/$name.dump"
say "$folder/$name.dump: $(($(stat -c %s "$folder/$name.dump") / 1024)) KB, schema $(manifest_value "$folder/$name.manifest" schema), $((SECONDS - began)) s"

if [[ -n $keep ]]; then
  while IFS= read -r old; do
    rm -f "$folder/$old" "$folder/${old%.dump}.manifest"
    say "Deleted $old"
  done < <(find "$folder" -maxdepth 1 -name 'deviceconsole-*.dump' -printf '%f\n' | sort | head -n "-$keep")
fi
