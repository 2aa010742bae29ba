# shellcheck shell=bash
# The parts of ./run: what the programs get, in which order they start, and how they end.

app_pid='' simulator_pid='' simulator_port='' simulated=5 mqtt_pid='' ready=false

without_secrets=(env -u ConnectionStrings__App -u ConnectionStrings__Direct -u ConnectionStrings__Migrator
  -u DEVICECONSOLE_MASTER_KEY -u DEVICECONSOLE_ADMIN_PASSWORD -u DEVICECONSOLE_FLEET_SECRET)

# Runs on every way out, also in the middle of a start. The application goes first, so that it can put its jobs back;
# the database goes last.
stop_all() {
  local status=$?
  trap '' INT TERM HUP
  trap - EXIT
  if $ready; then say 'Stopping'; fi
  end_child "$step_pid" 3 || true
  end_child "$app_pid" 9 || warn 'The application did not stop within 9 s and was ended.'
  end_child "$simulator_pid" 1 || true
  end_child "$mqtt_pid" 2 || true
  stop_cluster
  exit "$status"
}

stop_on_signals() {
  trap stop_all EXIT
  trap 'if $ready; then exit 0; else exit 130; fi' INT TERM HUP
}

# The external server of ConnectionStrings__App and ConnectionStrings__Direct, or the private cluster.
choose_database() {
  if [[ -n ${ConnectionStrings__App:-} && -n ${ConnectionStrings__Direct:-} ]]; then
    external=true
  elif [[ -n ${ConnectionStrings__App:-}${ConnectionStrings__Direct:-}${ConnectionStrings__Migrator:-} ]]; then
    die 'To use a PostgreSQL server of your own set both ConnectionStrings__App and ConnectionStrings__Direct (and ConnectionStrings__Migrator if ./run may migrate); to use the built-in one set none of them.'
  else
    external=false
  fi
}

start_database() {
  load_database_passwords
  make_cluster
  start_cluster $((port + 2))
  make_roles
  ConnectionStrings__App=$(connection dc_app "$DEVICECONSOLE_DB_APP_PASSWORD")
  ConnectionStrings__Direct=$ConnectionStrings__App
  ConnectionStrings__Migrator=$(connection dc_migrator "$DEVICECONSOLE_DB_MIGRATOR_PASSWORD")
}

# Simulated devices keep their ports from start to start, because the demo's devices are stored with them.
choose_simulator_port() {
  simulator_port=$(cat "$data/simulator.port" 2>/dev/null) || true
  if [[ ! $simulator_port =~ ^[0-9]+$ || $(free_port udp "$simulator_port" "$simulated") != "$simulator_port" ]]; then
    simulator_port=$(free_port udp $((port + 1100)) "$simulated") || die 'No free UDP ports are left for the simulated devices: start with --no-demo.'
    printf '%s\n' "$simulator_port" >"$data/simulator.port"
  fi
  export DEVICECONSOLE_SIMULATOR_SNMP=127.0.0.1:$simulator_port+$simulated
}

# A few devices of each kind. Those that call in enrol with the fleet's secret and come as soon as the application listens; of those
# that are called the last one is silent: the demo names it so, and shows what a failure looks like.
start_simulator() {
  spawn "$programs/simulator" "$logs/simulator.log" "$logs/simulator.log" "${without_secrets[@]}" \
    DEVICECONSOLE_FLEET_SECRET="$DEVICECONSOLE_FLEET_SECRET" \
    dotnet DeviceConsole.Simulator.dll fleet --devices "$(local_url "$DEVICECONSOLE_DEVICE_URL")" --tenant demo --count 2 \
    ${mqtt_pid:+--mqtt "$Usp__Mqtt__Broker:$Usp__Mqtt__Port"} \
    --snmp-count "$simulated" --snmp-port "$simulator_port" --snmp-fault "$((simulated - 1))=silent"
  simulator_pid=$child
}

# app_command COMMAND…: the application's own commands; what it says on stderr is the sentence for the operator.
app_command() {
  local said=$logs/command.err
  : >"$said"
  step "$programs/web" "$logs/app.log" "$said" dotnet DeviceConsole.Web.dll "$@" ||
    die "$(last_line "$said" "'$*' of the application failed: $logs/app.log says why.")"
}

# last_line FILE DEFAULT: the sentence that a program left on stderr: its last line, without a stack trace.
last_line() {
  local line=''
  line=$(grep -m 1 '^Unhandled exception' "$1" 2>/dev/null || grep '^[^[:space:]]' "$1" 2>/dev/null | tail -n 1) || true
  printf '%s' "${line:-$2}"
}

# The serving process neither migrates nor needs the administrator's password.
start_app() {
  : >"$logs/app.err"
  spawn "$programs/web" "$logs/app.log" "$logs/app.err" \
    env -u ConnectionStrings__Migrator -u DEVICECONSOLE_ADMIN_PASSWORD -u DEVICECONSOLE_FLEET_SECRET dotnet DeviceConsole.Web.dll
  app_pid=$child
}

# Where /health answers: the port of the UI unless operations have one of their own.
health_url() {
  printf '%s/health/ready' "$(local_url "${DEVICECONSOLE_OPS_URL:-$DEVICECONSOLE_UI_URL}")"
}

# The first address of a list to listen on, as this machine calls it.
local_url() {
  local url=${1%%;*}
  url=${url%/}
  url=${url/0.0.0.0/127.0.0.1}; url=${url/\[::\]/127.0.0.1}; url=${url/\/\/+:/\/\/127.0.0.1:}; url=${url/\/\/\*:/\/\/127.0.0.1:}
  printf '%s' "$url"
}

wait_until_ready() {
  local url answer deadline=$((SECONDS + 120))
  url=$(health_url)
  until answer=$(http_status "$url"); [[ $answer == 200 ]]; do
    kill -0 "$app_pid" 2>/dev/null || die "$(last_line "$logs/app.err" "The application ended before it was ready: $logs/app.log says why.")"
    ((SECONDS < deadline)) || die "The application was not ready after 120 s ($url answered ${answer:-nothing}): $logs/app.log says why."
    sleep 0.1
  done
}

# The password is shown once, and only to a person at a terminal: standard output may be a log.
say_log_in() {
  local user
  user=$(stored "$data/admin.env" DEVICECONSOLE_ADMIN_USER)
  if $first_start && [[ -t 1 ]]; then
    say "Log in as $user, password $(stored "$data/admin.env" DEVICECONSOLE_ADMIN_PASSWORD) (kept in $data/admin.env)."
  else
    say "Log in as $user; the first password stands in $data/admin.env."
  fi
}

# Waits until something ends by itself. The demo's devices are not worth stopping for.
# The tick: a signal that comes in the moment before wait begins is kept by bash until wait ends, so wait has to end.
watch() {
  local tick
  while true; do
    sleep 2 & tick=$!
    wait -n "$tick" "$app_pid" ${pg_pid:+"$pg_pid"} ${simulator_pid:+"$simulator_pid"} 2>/dev/null || true
    kill "$tick" 2>/dev/null || true
    kill -0 "$app_pid" 2>/dev/null || die "$(last_line "$logs/app.err" "The application ended by itself: $logs/app.log says why.")"
    if [[ -n ${pg_pid:-} ]] && ! kill -0 "$pg_pid" 2>/dev/null; then
      die "PostgreSQL ended by itself: $logs/postgres.log says why."
    fi
    if [[ -n $simulator_pid ]] && ! kill -0 "$simulator_pid" 2>/dev/null; then
      warn "The simulated devices have ended: $logs/simulator.log says why. Everything else goes on."
      simulator_pid=''
    fi
  done
}
