# shellcheck shell=bash
# The scenario "start": ./run from an empty data folder (cold), stopped, and started again (warm) until ready.

start_target=10 # seconds, warm

# bench_start JSON: prints the figures and appends the JSON objects. Fails when the warm start misses its target.
bench_start() {
  local cold warm folder port
  say 'start: ./run from an empty data folder (with the build when it is due), and again'
  folder=$(mktemp -d)
  port=$(free_port tcp $((20000 + RANDOM % 10000)) 2)
  timed_start "$folder" "$port" || { warn "./run did not start: $folder/run.log says why."; return 1; }
  cold=$start_seconds
  timed_start "$folder" "$port" || { warn "./run did not start again: $folder/run.log says why."; return 1; }
  warm=$start_seconds
  rm -rf "$folder"
  start_figure "$1" 'cold start to ready' "$cold" ''
  start_figure "$1" 'warm start to ready' "$warm" "$start_target"
}

# timed_start FOLDER PORT: sets start_seconds to the time from the command to /health/ready, then stops it. In this shell, so that a signal
# to it ends what was started at once.
timed_start() {
  local begin end
  begin=$(date +%s%N)
  spawn / "$1/run.log" "$1/run.log" "$root/run" --port "$2" --data "$1/data"
  step_pid=$child
  until [[ $(http_status "http://127.0.0.1:$2/health/ready") == 200 ]]; do
    kill -0 "$step_pid" 2>/dev/null || return 1
    sleep 0.05
  done
  end=$(date +%s%N)
  kill -TERM "$step_pid"
  wait "$step_pid" || true
  step_pid=''
  start_seconds=$(awk -v n=$((end - begin)) 'BEGIN {printf "%.2f", n / 1e9}')
}

# start_figure JSON METRIC VALUE TARGET: one line, and one JSON object, in the form of the other scenarios.
start_figure() {
  local met=null target=null shown=''
  if [[ -n $4 ]]; then
    met=$(awk -v v="$3" -v t="$4" 'BEGIN {print (v <= t) ? "true" : "false"}')
    target="\"<= $4 s\""
    shown=" | target <= $4 s: $([[ $met == true ]] && printf met || printf 'NOT MET')"
  fi
  printf '  %-34s %14s %-8s%s\n' "$2" "$3" s "$shown"
  [[ -z $1 ]] || printf '{"scenario":"start","metric":"%s","unit":"s","value":%s,"baselineName":null,"baseline":null,"ratio":null,"target":%s,"met":%s}\n' \
    "$2" "$3" "$target" "$met" >>"$1"
  [[ $met != false ]]
}
