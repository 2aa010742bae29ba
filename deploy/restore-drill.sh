#!/usr/bin/env bash
# Proves that a backup can be restored: into an empty cluster of its own, with every check, the application started on it and jobs run.
# Nothing of it reaches a device of the fleet: what waited is held, and the application listens on loopback only.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/packages.sh"
. "$root/deploy/lib/settings.sh"
. "$root/deploy/lib/postgres.sh"
. "$root/deploy/lib/build.sh"
. "$root/deploy/lib/serve.sh"
. "$root/deploy/lib/database.sh"
own_signals "$0" "$@"

usage() {
  cat <<'TEXT'
Usage: deploy/restore-drill.sh [FILE.dump] [--out DIR] [--port N] [--web DIR] [--simulator DIR]

  FILE.dump        the backup; without it the newest of the folder
  --out DIR        where backups are (DEVICECONSOLE_BACKUP_FOLDER, else ./backups); the verified restore is noted there
  --port N         four free ports from N on, on loopback (5180)
  --rehearse       only as far as the migrations and the integrity, with the difference of the schema: the rehearsal of an upgrade
  --web DIR        the built application, and
  --simulator DIR  the built simulator; without them they are built

DEVICECONSOLE_MASTER_KEY: the key that the database was used with; the credentials in it must open.
One line a check; exit code 0 when all of them hold. The last lines are the time that it took (RTO) and what would be lost (RPO).
TEXT
}

folder=${DEVICECONSOLE_BACKUP_FOLDER:-$PWD/backups} file='' port=5180 web='' simulator='' rehearse=false
while (($# > 0)); do
  case $1 in
    --out | --port | --web | --simulator)
      (($# > 1)) || die "$1 needs a value."
      case $1 in --out) folder=$2 ;; --port) port=$2 ;; --web) web=$2 ;; *) simulator=$2 ;; esac
      shift 2 ;;
    --rehearse) rehearse=true; shift ;;
    --help | -h) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) file=$1; shift ;;
  esac
done
[[ $port =~ ^[0-9]+$ ]] || die '--port takes a number.'
$rehearse || [[ -n ${DEVICECONSOLE_MASTER_KEY:-} ]] || die 'DEVICECONSOLE_MASTER_KEY is not set: without the key nobody can say whether the credentials in the backup open.'
if [[ -z $file ]]; then
  file=$(newest_backup "$folder")
  [[ -n $file ]] || die "There is no backup in $folder: run deploy/backup.sh, or name a file."
  file=$folder/$file
fi
file=$(realpath -- "$file") folder=$(realpath -m -- "$folder")
manifest=${file%.dump}.manifest
[[ -r $file && -r $manifest ]] || die "$file or its manifest cannot be read: name a backup that deploy/backup.sh made."
need_dotnet
need_postgres_programs initdb pg_restore psql

scratch=$(mktemp -d)
passed=0 failed=0
# What the restored database is marked as; nothing where it is not.
mark() {
  (
    use_connection "$super" super
    if [[ $(sql -c "SELECT to_regclass('sys.environment') IS NOT NULL") == t ]]; then sql -c 'SELECT name FROM sys.environment'; fi
  )
}
ok() { passed=$((passed + 1)); printf 'ok    %s\n' "$1"; }
bad() { failed=$((failed + 1)); printf 'FAIL  %s: %s\n' "$1" "$2"; }
finish() {
  local status=$?
  trap '' INT TERM HUP
  trap - EXIT
  end_child "$step_pid" 3 || true
  end_child "$app_pid" 9 || true
  stop_cluster
  if ((status != 0 || failed > 0)) && [[ -n ${DEVICECONSOLE_DRILL_KEEP:-} ]]; then say "Kept for you: $scratch"; else rm -rf "$scratch"; fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

began=$SECONDS
use_data_folder "$scratch/data"
find_cluster
load_database_passwords
if [[ -z $web ]]; then
  logs=$root/artifacts/logs
  mkdir -p "$logs"
  publish_programs
  web=$programs/web simulator=$programs/simulator
  logs=$data/logs
  began=$SECONDS # the programs are there in an emergency
fi
programs=$scratch/programs
mkdir "$programs"
ln -s "$(realpath -- "$web")" "$programs/web"
web_program=$programs/web/DeviceConsole.Web.dll
[[ -f $web_program ]] || die "$web holds no built application."

make_cluster
start_cluster "$((port + 2))"
superuser=$(random_secret)
cluster_psql -c "ALTER ROLE postgres PASSWORD '$superuser'" >>"$logs/postgres.log" 2>&1 || die "The empty cluster refused: $logs/postgres.log says why."
ok 'an empty cluster'

super="Host=127.0.0.1;Port=$pg_port;Database=deviceconsole;Username=postgres;Password=$superuser"
if said=$(DC_APP_PASSWORD=$DEVICECONSOLE_DB_APP_PASSWORD DC_MIGRATOR_PASSWORD=$DEVICECONSOLE_DB_MIGRATOR_PASSWORD DC_BACKUP_PASSWORD=$DEVICECONSOLE_DB_BACKUP_PASSWORD \
    ConnectionStrings__Restore=$super "$root/deploy/restore.sh" "$file" 2>&1); then
  ok "restored: $(grep -m 1 'have the rows and checksums' <<<"$said")"
  ok "$(grep -m 1 'are held' <<<"$said")"
else
  bad 'restore' "$(tail -n 3 <<<"$said" | paste -sd ' ' -)"
  exit 1
fi
restored=$((SECONDS - began))

export ConnectionStrings__App ConnectionStrings__Direct ConnectionStrings__Migrator
ConnectionStrings__App=$(connection dc_app "$DEVICECONSOLE_DB_APP_PASSWORD")
ConnectionStrings__Direct=$ConnectionStrings__App
ConnectionStrings__Migrator=$(connection dc_migrator "$DEVICECONSOLE_DB_MIGRATOR_PASSWORD")
export ASPNETCORE_ENVIRONMENT=Production DEVICECONSOLE_DEMO=false DEVICECONSOLE_UI_URL=http://127.0.0.1:$port DEVICECONSOLE_DEVICE_URL=http://127.0.0.1:$((port + 1))
unset DEVICECONSOLE_OPS_URL DEVICECONSOLE_PUBLIC_URL Usp__Mqtt__Broker DEVICECONSOLE_ENVIRONMENT
schema=$(manifest_value "$manifest" schema)
# The copy is marked as what it is a copy of.
DEVICECONSOLE_ENVIRONMENT=$(mark)
export DEVICECONSOLE_ENVIRONMENT
if $rehearse; then (cd "$programs/web" && dotnet DeviceConsole.Web.dll migrate up --dry-run) || bad 'dry run' 'the line above says why'; fi
migrating=$SECONDS
app_command migrate up --destructive
ok "migrations on top of schema $schema in $((SECONDS - migrating)) s"

if said=$("$root/deploy/verify.sh"); then
  ok "integrity: $(tail -n 1 <<<"$said")"
else
  bad 'integrity' "$(grep FAIL <<<"$said" | paste -sd ' ' -)"
fi

if $rehearse; then
  printf '%s passed, %s failed\n' "$passed" "$failed"
  ((failed == 0)) && exit 0 || exit 1
fi

use_connection "$super" super
# The grants of the dump, in the words of the catalog: whoever may do what there may do it here.
if said=$(sql -c "SELECT string_agg(r, ', ') FROM unnest(ARRAY['dc_app', 'dc_migrator', 'dc_system', 'dc_backup']) r WHERE NOT EXISTS (SELECT FROM pg_roles p WHERE p.rolname = r)
    UNION ALL SELECT 'dc_app cannot read ' || string_agg(c.relname, ', ') FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT has_table_privilege('dc_app', c.oid, 'SELECT')
    UNION ALL SELECT 'not owned by dc_migrator or dc_system: ' || string_agg(c.relname, ', ') FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND pg_get_userbyid(c.relowner) NOT IN ('dc_migrator', 'dc_system')") && [[ -z ${said//[[:space:]]/} ]]; then
  ok 'roles, owners and grants'
else
  bad 'roles, owners and grants' "$said"
fi

if said=$(cd "$programs/web" && dotnet DeviceConsole.Web.dll check-secrets 2>&1); then
  ok "$(tail -n 1 <<<"$said")"
else
  bad 'stored credentials' "$(tail -n 3 <<<"$said" | paste -sd ' ' -)"
fi

# On this copy the administrators are put aside, so that one whose password is known can be made.
sql -c "UPDATE users SET disabled = true WHERE role = 'platform_admin'"
DEVICECONSOLE_ADMIN_USER=restore-drill DEVICECONSOLE_ADMIN_PASSWORD=$(random_password)
export DEVICECONSOLE_ADMIN_USER DEVICECONSOLE_ADMIN_PASSWORD DEVICECONSOLE_MASTER_KEY
app_command seed
start_app
wait_until_ready
ready_after=$((SECONDS - began))
ok "the application runs after $ready_after s"
if said=$("$root/deploy/smoke.sh" "$DEVICECONSOLE_UI_URL" --devices "$DEVICECONSOLE_DEVICE_URL" ${simulator:+--simulator "$simulator"} 2>&1); then
  ok "jobs of every protocol: $(tail -n 1 <<<"$said")"
else
  bad 'jobs' "$(grep FAIL <<<"$said" | paste -sd ' ' -)"
fi
if said=$(sql -c "SELECT count(*) FROM jobs j JOIN sys.restore_hold h ON h.kind = 'job' AND h.tenant = j.tenant_id AND h.id = j.id WHERE j.state <> 'queued' AND NOT (j.state = 'expired')") && [[ $said == 0 ]]; then
  ok 'no held job ran'
else
  bad 'held jobs' "$said of them did not wait for the confirmation"
fi

printf 'RTO %s: restored after %s, the application ready after %s\n' "$(words "$((SECONDS - began))")" "$(words "$restored")" "$(words "$ready_after")"
printf 'RPO %s: what changed since the backup of %s would be lost\n' "$(words "$(seconds_since "$(manifest_value "$manifest" snapshot)")")" "$(manifest_value "$manifest" snapshot)"
printf '%s passed, %s failed\n' "$passed" "$failed"
((failed == 0)) || exit 1
printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(basename "$file")" >"$folder/last-verified" 2>/dev/null || warn "$folder cannot be written: this verified restore is not noted."
