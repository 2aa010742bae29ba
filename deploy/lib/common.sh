# shellcheck shell=bash
# What every script of the repository shares: words, signals, ports, child processes.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { warn "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# A shell that was started with SIGINT ignored (a background job of a script) can never trap it: start over with
# the default action. Keeps the process id. Usage: own_signals "$0" "$@"
own_signals() {
  local line ignored=0
  while read -r line; do [[ $line == SigIgn:* ]] && ignored=$((16#${line##*[[:space:]]})); done <"/proc/$$/status"
  if (((ignored & 0x4002) != 0)); then exec env --default-signal=INT,TERM "$@"; fi
}

# ---- .NET ------------------------------------------------------------------------------------------------------

export HOME=${HOME:-~} # a service may have none, and dotnet wants one
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
# No build server stays behind as an orphan of a script.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

# Finds an SDK that global.json accepts, or ends with the sentence that says how to get one. ICU may yet be missing.
need_dotnet() {
  local candidate found=''
  if ! have dotnet; then
    for candidate in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
      if [[ -n $candidate && -x $candidate/dotnet ]]; then PATH=$candidate:$PATH; break; fi
    done
  fi
  have dotnet || die ".NET SDK 10 is missing: install it from https://dotnet.microsoft.com/download and start again."
  if ! sdk_version=$(cd "$root" && DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 dotnet --version 2>/dev/null); then
    found=$(DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 dotnet --list-sdks 2>/dev/null | awk '{printf "%s%s", s, $1; s=", "}') || true
    die ".NET SDK 10.0.100 or newer 10.0 is needed, found ${found:-no SDK}: install it from https://dotnet.microsoft.com/download and start again."
  fi
}

# ---- disk ------------------------------------------------------------------------------------------------------

# need_disk FOLDER MEGABYTES: the folder (or its nearest existing parent) has that much left.
need_disk() {
  local folder=$1 need=$2 free
  while [[ ! -d $folder ]]; do folder=$(dirname "$folder"); done
  free=$(df -Pk "$folder" 2>/dev/null | awk 'NR == 2 {print int($4 / 1024)}') || return 0
  [[ -z $free ]] || ((free >= need)) ||
    die "The disk is full: $1 has $free MB left and needs $need MB; free some space${3:+ or $3} and start again."
}

# ---- ports -----------------------------------------------------------------------------------------------------

# port_inode tcp|udp PORT: the socket's inode when something listens there (IPv4 or IPv6), else nothing.
port_inode() {
  local protocol=$1 hex state
  printf -v hex '%04X' "$2"
  state=0A; [[ $protocol == tcp ]] || state=07
  awk -v port=":$hex" -v state="$state" '$4 == state && substr($2, length($2) - 4) == port {print $10; exit}' \
    "/proc/net/$protocol" "/proc/net/${protocol}6" 2>/dev/null || true
}

# The name and process id of whoever holds a socket, as far as this user may see it.
inode_owner() {
  local link pid
  link=$(find /proc/[0-9]*/fd -lname "socket:\[$1\]" -print -quit 2>/dev/null) || true
  [[ -n $link ]] || return 0
  pid=${link#/proc/}; pid=${pid%%/*}
  printf '%s (process %s)' "$(cat "/proc/$pid/comm" 2>/dev/null || echo unknown)" "$pid"
}

# need_tcp_port PORT WHAT-FOR
need_tcp_port() {
  local inode owner
  inode=$(port_inode tcp "$1")
  [[ -n $inode ]] || return 0
  owner=$(inode_owner "$inode")
  die "Port $1 ($2) is taken${owner:+ by $owner}: stop that process or choose another port with --port N."
}

# free_port tcp|udp FROM [COUNT]: the first port from FROM on with COUNT free ones in a row.
free_port() {
  local protocol=$1 port=$2 count=${3:-1} i
  ((port + count <= 65535)) || port=20000
  while ((port + count <= 65535)); do
    for ((i = 0; i < count; i++)); do
      [[ -z $(port_inode "$protocol" $((port + i))) ]] || break
    done
    if ((i == count)); then printf '%s' "$port"; return 0; fi
    port=$((port + i + 1))
  done
  return 1
}

# http_status URL: the status code of a GET, or nothing. Without curl, which a fresh machine may lack.
http_status() {
  local address=${1#http://} host port path line
  path=/${address#*/}; address=${address%%/*}
  host=${address%:*}; port=${address##*:}
  (
    exec 3<>"/dev/tcp/$host/$port" || exit 0
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$path" "$address" >&3
    IFS=' ' read -r -t 5 line <&3 && { line=${line#* }; printf '%s' "${line%% *}"; }
  ) 2>/dev/null || true
}

# ---- child processes -------------------------------------------------------------------------------------------

# spawn FOLDER OUT ERR COMMAND…: starts a child in a session of its own, so that Ctrl-C reaches this script alone and
# the script decides the order; the kernel ends the child should the script itself be killed. Sets child. The locks
# that this script holds (descriptors 6 to 8) stay its own.
spawn() {
  local folder=$1 out=$2 err=$3
  shift 3
  (cd "$folder" && exec setsid setpriv --pdeathsig TERM -- "$@" </dev/null >>"$out" 2>>"$err" 6>&- 7>&- 8>&-) &
  child=$!
}

# gone_within PID SECONDS: waits for a child to end.
gone_within() {
  local deadline=$((SECONDS + $2))
  while kill -0 "$1" 2>/dev/null; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# end_child PID SECONDS: asks, waits, then kills its whole session. Returns 1 when it had to kill.
end_child() {
  [[ -n $1 ]] && kill -TERM "$1" 2>/dev/null || return 0
  gone_within "$1" "$2" && return 0
  kill -KILL -- "-$1" 2>/dev/null || kill -KILL "$1" 2>/dev/null || true
  return 1
}

# step FOLDER OUT ERR COMMAND…: a child that the script waits for, and that a signal to the script ends at once.
step_pid=''
step() {
  local status=0
  spawn "$@"
  step_pid=$child
  wait "$step_pid" 2>/dev/null || status=$?
  step_pid=''
  return "$status"
}

# step_here COMMAND…: like step, with this script's own output and folder.
step_here() {
  local status=0
  setpriv --pdeathsig TERM -- "$@" </dev/null 6>&- 7>&- 8>&- &
  step_pid=$!
  wait "$step_pid" || status=$?
  step_pid=''
  return "$status"
}
