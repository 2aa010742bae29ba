# shellcheck shell=bash
# The private MQTT broker of the demo: on 127.0.0.1, without users, keeping nothing.

# Where the distribution puts it, which is on no ordinary user's path.
mosquitto_program() { PATH=$PATH:/usr/sbin:/sbin command -v mosquitto; }

# start_broker FROM: starts it as a child on the first free port from there on; sets mqtt_pid and what the application is told of it.
start_broker() {
  local deadline=$((SECONDS + 20)) mqtt_port
  mqtt_port=$(free_port tcp "$1") || die 'No free TCP port is left for the MQTT broker: start with --no-demo.'
  printf '%s\n' "listener $mqtt_port 127.0.0.1" 'allow_anonymous true' 'persistence false' 'log_dest stderr' >"$data/mosquitto.conf"
  # A broker that root starts drops to its own user, and with that the kernel forgets that it should end with its parent. A shell that
  # stays what it is hears of that end, whatever it was, and passes it on.
  # shellcheck disable=SC2016 # the inner shell expands them
  spawn / "$logs/mosquitto.log" "$logs/mosquitto.log" env -i PATH=/usr/bin:/bin \
    bash -c 'trap "kill -TERM \$broker" TERM; "$@" & broker=$!; wait $broker; wait $broker' mosquitto "$(mosquitto_program)" -c "$data/mosquitto.conf"
  mqtt_pid=$child
  until [[ -n $(port_inode tcp "$mqtt_port") ]]; do
    kill -0 "$mqtt_pid" 2>/dev/null || die "The MQTT broker did not start: $logs/mosquitto.log says why."
    ((SECONDS < deadline)) || die "The MQTT broker did not become ready within 20 s: $logs/mosquitto.log says why."
    sleep 0.05
  done
  export Usp__Mqtt__Broker=127.0.0.1 Usp__Mqtt__Port=$mqtt_port
}
