#!/usr/bin/env bash
# Brings a database's schema up or down: the server of ConnectionStrings__Migrator, else the cluster of ./run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$here/deploy/lib/common.sh"
. "$here/deploy/lib/packages.sh"
. "$here/deploy/lib/settings.sh"
. "$here/deploy/lib/postgres.sh"
. "$here/deploy/lib/build.sh"
own_signals "$here/migrate.sh" "$@"

usage='./migrate.sh up | down [N] | status | script [--data DIR]'
data_option=$here/data
arguments=()
while (($# > 0)); do
  case $1 in
    --data) (($# > 1)) || die "--data needs a folder: $usage."; data_option=$2; shift 2 ;;
    --data=*) data_option=${1#*=}; shift ;;
    --help | -h)
      say "Usage: $usage"
      say '  up        to the newest version'
      say '  down [N]  back by N versions, one when N is not given'
      say '  status    which versions are applied'
      say '  script    the SQL of all versions, for a DBA to read'
      exit 0 ;;
    -*) die "Unknown option $1: use $usage." ;;
    *) arguments+=("$1"); shift ;;
  esac
done
case "${arguments[*]:-}" in
  up | down | status | script) ;;
  'down '*) [[ ${#arguments[@]} == 2 && ${arguments[1]} =~ ^[0-9]+$ ]] || die "'down' takes the number of versions to go back: use $usage." ;;
  *) die "'${arguments[*]:-}' is no migration command: use $usage." ;;
esac

trap 'end_child "$step_pid" 5 || true; exit 130' INT TERM HUP
need_dotnet
logs=$here/artifacts/logs
mkdir -p "$logs" 2>/dev/null || die "$logs cannot be written by $(id -un): change the owner of the checkout and start again."

# The cluster of ./run: reached while it runs, started for the length of this command when it does not.
use_private_cluster() {
  [[ -f $data_option/postgres/PG_VERSION ]] ||
    die "There is no database in $data_option: set ConnectionStrings__Migrator, name the data folder with --data DIR, or make one with ./run."
  use_data_folder "$data_option"
  find_cluster
  load_database_passwords
  exec 8>>"$data/run.lock"
  if flock -n 8; then
    trap stop_cluster EXIT
    start_cluster 5082
    make_roles
  else
    exec 8>&-
    pg_port=$(sed -n 4p "$cluster/postmaster.pid" 2>/dev/null) || true
    [[ -n $pg_port ]] || die "The database in $data is just starting or stopping: wait a moment and try again."
  fi
  ConnectionStrings__Migrator=$(connection dc_migrator "$DEVICECONSOLE_DB_MIGRATOR_PASSWORD")
}

publish_programs >&2
if [[ -z ${ConnectionStrings__Migrator:-} ]]; then
  # The script is made without a connection.
  if [[ ${arguments[0]} == script ]]; then ConnectionStrings__Migrator='Host=127.0.0.1'; else use_private_cluster; fi
fi
export ConnectionStrings__Migrator
status=0
cd "$programs/web"
step_here dotnet DeviceConsole.Web.dll migrate "${arguments[@]}" || status=$?
exit "$status"
