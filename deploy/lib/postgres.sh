# shellcheck shell=bash
# The private PostgreSQL cluster in DIR/postgres.
#
# Its programs get the folder as the open descriptor 5 and are told to work in /proc/self/fd/5: so the unprivileged
# user needs no right on the folders above it (root's own 0700 ones, say), and the socket's path stays within its
# limit of 107 bytes however long DIR is.

cluster_here=/proc/self/fd/5

# Sets cluster, cluster_user (who runs the server) and pg_bin.
find_cluster() {
  cluster=$data/postgres
  cluster_user=$(id -un)
  if [[ -e $cluster ]]; then
    cluster_user=$(stat -c %U "$cluster")
    ((EUID == 0)) || [[ $(stat -c %u "$cluster") == "$EUID" ]] ||
      die "$cluster belongs to $cluster_user and cannot be used by $(id -un): start as $cluster_user or root, or choose another folder with --data DIR."
  fi
  if ((EUID == 0)) && [[ $cluster_user == root ]]; then cluster_user=postgres; fi
  ((EUID != 0)) || id -u "$cluster_user" >/dev/null 2>&1 ||
    die "The user $cluster_user, who runs PostgreSQL for root, does not exist: start ./run as an ordinary user."
  pg_bin=$(postgres_bin)
  if [[ -f $cluster/PG_VERSION ]]; then
    local version
    version=$(cat "$cluster/PG_VERSION")
    pg_bin=/usr/lib/postgresql/$version/bin
    [[ -x $pg_bin/postgres ]] ||
      die "$cluster was made by PostgreSQL $version, which is not installed: run 'apt-get install postgresql-$version' as root and start again."
  fi
}

# spawn_in_cluster FOLDER PROGRAM ARGUMENT…: one of PostgreSQL's programs, on that folder, without root's rights and
# without this script's environment (it holds secrets).
spawn_in_cluster() {
  local folder=$1 program=$2
  shift 2
  local -a drop=()
  if ((EUID == 0)); then drop=(--reuid="$cluster_user" --regid="$(id -g "$cluster_user")" --clear-groups); fi
  spawn / "$logs/postgres.log" "$logs/postgres.log" \
    setpriv "${drop[@]}" --pdeathsig INT -- env -i LC_ALL=C.UTF-8 PATH=/usr/bin:/bin "$pg_bin/$program" -D "$cluster_here" "$@" 5<"$folder"
}

make_cluster() {
  [[ ! -f $cluster/PG_VERSION ]] || return 0
  if [[ -e $cluster ]]; then
    rmdir "$cluster" 2>/dev/null ||
      die "$cluster holds files that are no PostgreSQL cluster: move them away or choose another folder with --data DIR."
  fi
  say 'Creating the database'
  # Made beside its place and moved when it is whole: a start that is interrupted here leaves nothing half done.
  rm -rf "$cluster.new"
  mkdir "$cluster.new"
  if ((EUID == 0)); then chown "$cluster_user": "$cluster.new"; fi
  spawn_in_cluster "$cluster.new" initdb --username=postgres --encoding=UTF8 --locale=C.UTF-8 --data-checksums \
    --auth-local=peer --auth-host=scram-sha-256
  step_pid=$child
  wait "$step_pid" || die "PostgreSQL could not create its cluster in $cluster: $logs/postgres.log says why."
  step_pid=''
  configure_cluster "$cluster.new"
  mv "$cluster.new" "$cluster"
}

# Settings for a small machine; a later start does not touch them, so an operator may.
configure_cluster() {
  cat "$root/deploy/sql/postgresql.conf" >"$1/deviceconsole.conf"
  printf "\ninclude 'deviceconsole.conf'\n" >>"$1/postgresql.conf"
  printf 'owner %s postgres\nowner root postgres\n' "$cluster_user" >"$1/pg_ident.conf"
  printf '%s\n' 'local all postgres peer map=owner' 'host all all 127.0.0.1/32 scram-sha-256' >"$1/pg_hba.conf"
  if ((EUID == 0)); then chown "$cluster_user": "$1/deviceconsole.conf"; fi
}

# Process ids that work inside the cluster's folder: its server and that server's children.
cluster_processes() {
  local link
  for link in /proc/[0-9]*/cwd; do
    if [[ $link -ef $cluster && $(cat "${link%/cwd}/comm" 2>/dev/null) == postgres ]]; then
      link=${link%/cwd}
      printf '%s\n' "${link#/proc/}"
    fi
  done
}

# After a crash: a server that lost its ./run is stopped, and a process id file whose number now belongs to somebody
# else (usual after a container restart) is put away. The data folder's lock is held here.
clear_leftovers() {
  local pid deadline=$((SECONDS + 30))
  [[ -e $cluster/postmaster.pid ]] || return 0
  pid=$(head -n 1 "$cluster/postmaster.pid")
  if [[ -n $(cluster_processes) ]]; then
    kill -INT "$pid" 2>/dev/null || true
    while [[ -n $(cluster_processes) ]]; do
      ((SECONDS < deadline)) || die "A PostgreSQL server (process $pid) still runs in $cluster: stop it with 'kill -INT $pid' and start again."
      sleep 0.1
    done
  fi
  rm -f "$cluster/postmaster.pid"
}

# Starts the server as a child, sets pg_pid and pg_port.
start_cluster() {
  local from=$1 deadline=$((SECONDS + 60))
  clear_leftovers
  pg_port=$(free_port tcp "$from") || die 'No free TCP port is left for PostgreSQL: stop some programs and start again.'
  spawn_in_cluster "$cluster" postgres -c listen_addresses=127.0.0.1 -c "port=$pg_port" -c "unix_socket_directories=$cluster_here"
  pg_pid=$child
  until "$pg_bin/pg_isready" -q -U postgres -d postgres -h "$cluster_here" -p "$pg_port" 5<"$cluster"; do
    kill -0 "$pg_pid" 2>/dev/null || die "PostgreSQL did not start: $logs/postgres.log says why."
    ((SECONDS < deadline)) || die "PostgreSQL did not become ready within 60 s: $logs/postgres.log says why."
    sleep 0.05
  done
}

# A fast shutdown: clients are cut off, everything committed is on disk. Where the disk is too slow for that, an
# immediate one, which the next start recovers from.
stop_cluster() {
  [[ -n ${pg_pid:-} ]] || return 0
  kill -INT "$pg_pid" 2>/dev/null || true
  gone_within "$pg_pid" 6 || { kill -QUIT "$pg_pid" 2>/dev/null || true; gone_within "$pg_pid" 2 || true; }
  pg_pid=''
}

# psql as the cluster's superuser, through its socket.
cluster_psql() {
  env -u PGSERVICE PGHOST="$cluster_here" PGPORT="$pg_port" PGUSER=postgres PGDATABASE=postgres \
    "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 "$@" 5<"$cluster"
}

# Roles, database and extensions; runs at every start, so that an upgrade's additions arrive.
make_roles() {
  DC_APP_PASSWORD=$DEVICECONSOLE_DB_APP_PASSWORD DC_MIGRATOR_PASSWORD=$DEVICECONSOLE_DB_MIGRATOR_PASSWORD \
    DC_BACKUP_PASSWORD=$DEVICECONSOLE_DB_BACKUP_PASSWORD \
    cluster_psql -f "$root/deploy/sql/roles.sql" >>"$logs/postgres.log" 2>&1 ||
    die "The database roles could not be created: $logs/postgres.log says why."
}

# connection ROLE PASSWORD: an Npgsql connection string to the private cluster.
connection() {
  printf 'Host=127.0.0.1;Port=%s;Database=deviceconsole;Username=%s;Password=%s' "$pg_port" "$1" "$2"
}
