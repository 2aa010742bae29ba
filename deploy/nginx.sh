#!/usr/bin/env bash
# Takes a node out of nginx's balance, or puts it back: the two ends of replacing it. What it is doing ends in peace.
#   deploy/nginx.sh out|in ADDRESS:PORT
#   deploy/nginx.sh list
# DEVICECONSOLE_NGINX  the folder of web.nodes and gateway.nodes (/etc/nginx/deviceconsole)
# DEVICECONSOLE_NGINX_RELOAD  the command that makes nginx read them ('nginx -t -q && nginx -s reload')
# DEVICECONSOLE_NGINX_PID  the file with the process id of nginx (/run/nginx.pid)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

usage='Use: deploy/nginx.sh out|in ADDRESS:PORT, or deploy/nginx.sh list.'
folder=${DEVICECONSOLE_NGINX:-/etc/nginx/deviceconsole}
reload=${DEVICECONSOLE_NGINX_RELOAD:-nginx -t -q && nginx -s reload}
pid_file=${DEVICECONSOLE_NGINX_PID:-/run/nginx.pid}
lists=("$folder/web.nodes" "$folder/gateway.nodes")
[[ -r ${lists[0]} || -r ${lists[1]} ]] || die "$folder has neither web.nodes nor gateway.nodes: set DEVICECONSOLE_NGINX to the folder that nginx reads."

# nodes FILE: address and state, a line each.
nodes() { sed -n -E 's/^[[:space:]]*server[[:space:]]+([^;[:space:]]+)([^;]*);.*/\1\2/p' "$1"; }

# workers: the process ids of nginx's workers, those included that only end what they have.
workers() {
  local stat
  for stat in /proc/[0-9]*/stat; do
    { awk -v master="$1" '{pid = $1; sub(/^.*\) /, ""); if ($2 == master) print pid}' "$stat" || true; } 2>/dev/null
  done
}
# remain taking|at-all PID...: whether one of these workers still takes connections, or is there at all.
remain() {
  local what=$1 pid title
  shift
  for pid in "$@"; do
    title=$({ tr '\0' ' ' <"/proc/$pid/cmdline" || true; } 2>/dev/null)
    [[ $title == *'worker process'* ]] || continue
    [[ $what == taking && $title == *'shutting down'* ]] || return 0
  done
  return 1
}
# within SECONDS COMMAND...: waits until the command says no; 1 when it still says yes.
within() {
  local end=$((SECONDS + $1))
  shift
  while "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

case ${1:-} in
  list)
    (($# == 1)) || die "$usage"
    for list in "${lists[@]}"; do
      [[ -r $list ]] || continue
      while read -r address rest; do
        if [[ " $rest " == *' down '* ]]; then state=out; else state=in; fi
        printf '%s %s %s\n' "$(basename "$list" .nodes)" "$address" "$state"
      done < <(nodes "$list")
    done
    exit 0 ;;
  out | in) [[ $# == 2 && $2 =~ ^[][A-Za-z0-9.:_-]+:[0-9]+$ ]] || die "$usage" ;;
  *) die "$usage" ;;
esac

found=false
for list in "${lists[@]}"; do
  [[ -r $list ]] || continue
  line=$(grep -n -E "^[[:space:]]*server[[:space:]]+${2//./\\.}[[:space:];]" "$list" | head -n 1 | cut -d: -f 1) || true
  [[ -n $line ]] || continue
  found=true
  if [[ $1 == out ]]; then
    others=$(nodes "$list" | awk -v a="$2" '$1 != a && !/ down( |$)/' | wc -l)
    ((others > 0)) || die "$2 is the last node of $(basename "$list" .nodes): put another one in first."
  fi
  # As a new file in its place: nginx never reads half of one.
  sed -E "${line}s/[[:space:]]+down([[:space:];])/\1/" "$list" >"$list.part"
  if [[ $1 == out ]]; then sed -i -E "${line}s/;/ down;/" "$list.part"; fi
  mv "$list.part" "$list"
done
$found || die "$2 is no node of nginx: deploy/nginx.sh list names them."
before=()
if [[ -r $pid_file ]]; then mapfile -t before < <(workers "$(<"$pid_file")"); fi
bash -c "$reload" || die "nginx did not take it ($reload): look at its error log."
if [[ $1 == out ]]; then
  # nginx reads its lists after the command has come back, and what a worker took before still goes to the node: whoever stops the node at once breaks it off.
  if ((${#before[@]} == 0)); then
    warn "$pid_file names no nginx of this machine (DEVICECONSOLE_NGINX_PID): wait some seconds before you stop $2."
  else
    within 30 remain taking "${before[@]}" || die "nginx has not read its lists after 30 s: look at its error log, and do not stop $2."
    # What was on its way when they stopped taking more; pages that stay connected are not waited for.
    within 5 remain at-all "${before[@]}" || true
  fi
fi
say "$2 is $1."
