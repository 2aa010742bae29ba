#!/usr/bin/env bash
# Takes a node out of nginx's balance, or puts it back: the two ends of replacing it. What it is doing ends in peace.
#   deploy/nginx.sh out|in ADDRESS:PORT
#   deploy/nginx.sh list
# DEVICECONSOLE_NGINX  the folder of web.nodes and gateway.nodes (/etc/nginx/deviceconsole)
# DEVICECONSOLE_NGINX_RELOAD  the command that makes nginx read them ('nginx -t -q && nginx -s reload')
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

usage='Use: deploy/nginx.sh out|in ADDRESS:PORT, or deploy/nginx.sh list.'
folder=${DEVICECONSOLE_NGINX:-/etc/nginx/deviceconsole}
reload=${DEVICECONSOLE_NGINX_RELOAD:-nginx -t -q && nginx -s reload}
lists=("$folder/web.nodes" "$folder/gateway.nodes")
[[ -r ${lists[0]} || -r ${lists[1]} ]] || die "$folder has neither web.nodes nor gateway.nodes: set DEVICECONSOLE_NGINX to the folder that nginx reads."

# nodes FILE: address and state, a line each.
nodes() { sed -n -E 's/^[[:space:]]*server[[:space:]]+([^;[:space:]]+)([^;]*);.*/\1\2/p' "$1"; }

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
bash -c "$reload" || die "nginx did not take it ($reload): look at its error log."
say "$2 is $1."
