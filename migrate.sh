#!/usr/bin/env bash
# Brings a database's schema up or down: the server of ConnectionStrings__Migrator, else the cluster of ./run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$here/deploy/lib/common.sh"
. "$here/deploy/lib/packages.sh"
. "$here/deploy/lib/settings.sh"
. "$here/deploy/lib/postgres.sh"
. "$here/deploy/lib/build.sh"
. "$here/deploy/lib/database.sh"
own_signals "$here/migrate.sh" "$@"

usage='./migrate.sh up [--dry-run] [--destructive] | down [N] --destructive | status | script | mark NAME | rehearse [FILE.dump] [--environment NAME] [--data DIR] [--web DIR] [--yes]'
data_option=$here/data web=''
arguments=() options=() yes=false
# On a copy, with the newest backup or the one that is named.
if [[ ${1:-} == rehearse ]]; then exec "$here/deploy/restore-drill.sh" --rehearse "${@:2}"; fi
while (($# > 0)); do
  case $1 in
    --data) (($# > 1)) || die "--data needs a folder: $usage."; data_option=$2; shift 2 ;;
    --web) (($# > 1)) || die "--web needs a folder: $usage."; web=$2; shift 2 ;;
    --environment) (($# > 1)) || die "--environment needs a name: $usage."; options+=(--environment "$2"); export DEVICECONSOLE_ENVIRONMENT=$2; shift 2 ;;
    --dry-run | --destructive) options+=("$1"); shift ;;
    --yes) yes=true; shift ;;
    --data=*) data_option=${1#*=}; shift ;;
    --help | -h)
      say "Usage: $usage"
      say '  up        to the newest version'
      say '  down [N]  back by N versions, one when N is not given'
      say '  status    which versions are applied'
      say '  script    the SQL of all versions, for a DBA to read'
      say '  mark      says which environment the database is; a command that means another one is refused'
      say '  rehearse  restores a backup into a cluster of its own, migrates it, and checks it'
      say '  --dry-run      up in a transaction that is rolled back: tells what would be different'
      say '  --destructive  what deletes or rewrites data may be done'
      say '  --environment  the environment that you mean (or DEVICECONSOLE_ENVIRONMENT)'
      say '  --web          the application as it was published, instead of one that is built now'
      say '  --yes          at a terminal: do not ask'
      exit 0 ;;
    -*) die "Unknown option $1: use $usage." ;;
    *) arguments+=("$1"); shift ;;
  esac
done
case "${arguments[*]:-}" in
  up | down | status | script) ;;
  'down '*) [[ ${#arguments[@]} == 2 && ${arguments[1]} =~ ^[0-9]+$ ]] || die "'down' takes the number of versions to go back: use $usage." ;;
  'mark '*) [[ ${#arguments[@]} == 2 ]] || die "'mark' takes the name of an environment: use $usage." ;;
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

if [[ -z ${ConnectionStrings__Migrator:-} ]]; then
  # The script is made without a connection.
  if [[ ${arguments[0]} == script ]]; then ConnectionStrings__Migrator='Host=127.0.0.1'; else use_private_cluster; fi
fi
export ConnectionStrings__Migrator
# A person types the name of the database before it goes back, or before a marked one changes.
if [[ -t 0 && -t 1 && $yes == false ]] && [[ ${arguments[0]} == down || (${arguments[0]} == up && -n ${DEVICECONSOLE_ENVIRONMENT:-} && " ${options[*]} " != *' --dry-run '*) ]]; then
  (
    use_connection "$ConnectionStrings__Migrator" ConnectionStrings__Migrator
    read -r -p "This changes the database $PGDATABASE on $PGHOST:$PGPORT. Type its name to go on: " typed
    [[ $typed == "$PGDATABASE" ]]
  ) || die 'Nothing was done: that is not the name of the database.'
fi
if [[ -z $web ]]; then
  publish_programs >&2
  web=$programs/web
fi
[[ -r $web/DeviceConsole.Web.dll ]] || die "$web holds no DeviceConsole.Web.dll: name the folder of a published application with --web."
status=0
cd "$web"
step_here dotnet DeviceConsole.Web.dll migrate "${arguments[@]}" "${options[@]}" || status=$?
exit "$status"
