#!/usr/bin/env bash
# The release checklist against a running installation, with curl and jq. One line a check; exit code 0 when all of them hold.
# It works in two synthetic tenants with simulated devices of its own and takes away what it made, also when a check fails.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: deploy/smoke.sh URL [--expect VERSION] [--devices URL] [--simulator DIR] [--simulator-host ADDRESS]

  URL               the page and the API: http://127.0.0.1:5080
  --expect VERSION  the version that /health has to tell
  --devices URL     the devices' listener (URL with the next port)
  --simulator DIR   the built simulator (the newest in this repository)
  --simulator-host  this machine as the installation reaches it over SNMP (127.0.0.1)

DEVICECONSOLE_ADMIN_USER and DEVICECONSOLE_ADMIN_PASSWORD: the platform administrator's log-in.
TEXT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
url='' expected='' devices='' simulator='' simulator_host=127.0.0.1
while (($# > 0)); do
  case $1 in
    --expect | --devices | --simulator | --simulator-host)
      (($# > 1)) || { printf '%s needs a value.\n' "$1" >&2; exit 2; }
      case $1 in
        --expect) expected=$2 ;;
        --devices) devices=${2%/} ;;
        --simulator) simulator=$2 ;;
        *) simulator_host=$2 ;;
      esac
      shift 2 ;;
    --help | -h) usage; exit 0 ;;
    -*) printf 'Unknown option %s.\n' "$1" >&2; usage >&2; exit 2 ;;
    *) url=${1%/}; shift ;;
  esac
done
[[ $url =~ ^https?://[^/]+$ ]] || { usage >&2; exit 2; }
for program in curl jq; do
  command -v "$program" >/dev/null || { printf 'deploy/smoke.sh needs %s.\n' "$program" >&2; exit 2; }
done
: "${DEVICECONSOLE_ADMIN_USER:?set it to the platform administrator}" "${DEVICECONSOLE_ADMIN_PASSWORD:?set it to the password}"

next_port() {
  local scheme=${1%%://*} authority=${1#*://} port
  if [[ $authority =~ :([0-9]+)$ ]]; then port=${BASH_REMATCH[1]}; elif [[ $scheme == https ]]; then port=443; else port=80; fi
  printf '%s://%s:%s' "$scheme" "${authority%:*}" "$((port + 1))"
}
devices=${devices:-$(next_port "$url")}

work=$(mktemp -d)
cookies=$work/cookies body=$work/body
slugs=(smoke-one smoke-two)
tenants=() tokens=() fleet='' passed=0 failed=0
secret=$(head -c 18 /dev/urandom | base64 | tr '+/' '-_')

ok() { passed=$((passed + 1)); printf 'ok    %s\n' "$1"; }
bad() { failed=$((failed + 1)); printf 'FAIL  %s: %s\n' "$1" "$2"; }
# What the following checks stand on: without it there is no use in going on.
stop() { bad "$1" "$2"; exit 1; }

# ask METHOD PATH [CURL-OPTION…]: the body in $body; prints the status (000 where nothing answered).
ask() {
  local method=$1 path=$2
  shift 2
  local status
  : >"$body"
  # An answer that breaks off has a status, and is none.
  status=$(curl -sS --max-time 60 -o "$body" -w '%{http_code}' -X "$method" "$@" "$url$path" 2>"$work/error") || status=000
  printf '%s' "$status"
}
# The same with a tenant's token (0 or 1), or with the administrator's session.
api() { local which=$1; shift; ask "$@" -H "Authorization: Bearer ${tokens[$which]}"; }
by_session() { ask "$@" -b "$cookies" -c "$cookies" -H "RequestVerificationToken: $form_token"; }
json() { jq -r "$@" "$body" 2>/dev/null || true; }
reason() { local text; text=$(json '.detail // empty'); printf '%s' "${text:-$(head -c 200 "$work/error" "$body" 2>/dev/null | tr '\n' ' ')}"; }

# Forms carry a token that proves that they are the page's own.
read_form_token() {
  form_token=$(curl -sS --max-time 60 -L -b "$cookies" -c "$cookies" "$url$1" | grep -o 'name="__RequestVerificationToken"[^>]*value="[^"]*"' | head -n 1 | sed 's/.*value="//;s/"$//') || true
  [[ -n $form_token ]]
}

# The administrator's session works in a tenant.
act_as() { [[ $(by_session POST "/account/act-as/$1") == 302 ]] && read_form_token /; }
platform=00000000-0000-0000-0000-000000000001

# With everything that it has. A large one goes in the background; the next run needs its short name.
delete_tenant() {
  local status deadline=$((SECONDS + 120))
  status=$(by_session DELETE "/api/v1/tenants/$1?suspend=true")
  while [[ $status == 202 ]] && ((SECONDS < deadline)); do
    sleep 1
    status=$(by_session DELETE "/api/v1/tenants/$1")
  done
  [[ $status == 204 || $status == 404 ]]
}

clean_up() {
  local status=$? i
  trap - EXIT INT TERM
  set +e
  if [[ -n $fleet ]]; then
    kill "$fleet" 2>/dev/null
    wait "$fleet" 2>/dev/null
  fi
  # The session must not stand in a tenant that goes.
  if ((${#tenants[@]} > 0)); then act_as "$platform" || bad 'clean up' 'the administrator cannot go back to the platform'; fi
  for i in "${!tenants[@]}"; do delete_tenant "${slugs[$i]}" || bad "delete the tenant ${slugs[$i]}" "$(reason)"; done
  rm -rf "$work"
  printf '%s passed, %s failed\n' "$passed" "$failed"
  if ((failed > 0 && status == 0)); then status=1; fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

check_open_addresses() {
  [[ $(ask GET /health) == 200 && $(json .status) == healthy ]] && ok 'health' || stop 'health' "$(json '[.parts[]? | select(.healthy | not) | .reason] | join(" ")') $(head -c 200 "$work/error")"
  if [[ -n $expected ]]; then
    if ask GET /health >/dev/null; [[ $(json .version) == "$expected" ]]; then ok "version $expected"; else bad 'version' "$(json .version) runs, $expected was expected"; fi
  fi
  if [[ $(ask GET /login) == 200 ]] && grep -q 'name="Input.Password"' "$body"; then ok 'page'; else bad 'page' "the log-in page answered without its form"; fi
  if [[ $(ask GET /_framework/blazor.web.js) == 200 ]]; then ok 'page script'; else bad 'page script' 'blazor.web.js is not served'; fi
  if [[ $(ask GET /docs/index.html) == 200 ]]; then ok 'docs'; else bad 'docs' '/docs does not answer'; fi
  if [[ $(ask GET /openapi.json) == 200 && $(json .openapi) == 3.1* ]]; then ok 'openapi'; else bad 'openapi' '/openapi.json is no OpenAPI 3.1 document'; fi
  if [[ $(ask GET /api/v1/devices) == 401 ]]; then ok 'API without a token is refused'; else bad 'API without a token' 'it was let in'; fi
}

log_in() {
  read_form_token /t/platform/login || stop 'log-in' 'the page has no form'
  local status
  status=$(curl -sS --max-time 60 -o "$body" -w '%{http_code}' -b "$cookies" -c "$cookies" --data-urlencode "_handler=login" --data-urlencode "__RequestVerificationToken=$form_token" \
    --data-urlencode "Input.UserName=$DEVICECONSOLE_ADMIN_USER" --data-urlencode "Input.Password=$DEVICECONSOLE_ADMIN_PASSWORD" "$url/t/platform/login" 2>"$work/error") || true
  [[ $status == 302 ]] && grep -q dc-session "$cookies" && read_form_token / && ok 'log-in through the page' || stop 'log-in' "the form answered $status; check the user and the password"
}

make_tenant() {
  local i=$1 slug=${slugs[$1]} networks='["127.0.0.0/8"]' status
  [[ $simulator_host == 127.* ]] || networks="[\"$simulator_host\"]"
  status=$(by_session PUT "/api/v1/tenants/$slug" -H 'Content-Type: application/json' -d "{\"name\":\"Smoke test\",\"active\":true,\"allowedNetworks\":$networks}")
  [[ $status == 20[01] ]] || stop "tenant $slug" "$(reason)"
  tenants[i]=$(json .id)
  act_as "${tenants[i]}" || stop "tenant $slug" 'the administrator cannot work in it'
  status=$(by_session POST /api/v1/service-accounts -H 'Content-Type: application/json' -d '{"name":"smoke test","role":"operator"}')
  [[ $status == 201 ]] || stop "service account of $slug" "$(reason)"
  local client client_secret
  client=$(json .account.clientId) client_secret=$(json .clientSecret)
  status=$(ask POST /connect/token -d grant_type=client_credentials --data-urlencode "client_id=$client" --data-urlencode "client_secret=$client_secret")
  [[ $status == 200 ]] || stop "token of $slug" "$(json '.error_description // empty')"
  tokens[i]=$(json .access_token)
  ok "tenant $slug with a token"
}

find_simulator() {
  local folder
  for folder in "$simulator" "$here"/artifacts/run/*/simulator "$here"/DeviceConsole.Simulator/bin/{Release,Debug}/net10.0; do
    if [[ -n $folder && -f $folder/DeviceConsole.Simulator.dll ]]; then printf '%s/DeviceConsole.Simulator.dll' "$folder"; return 0; fi
  done
  return 1
}

free_udp_port() {
  local port
  for port in $(shuf -i 20000-39999 -n 50); do
    if ! grep -qi ":$(printf '%04X' "$port") " /proc/net/udp 2>/dev/null; then printf '%s' "$port"; return; fi
  done
}

start_fleet() {
  local assembly protocol
  assembly=$(find_simulator) || stop 'simulated devices' 'the simulator is not built; give its folder with --simulator'
  snmp_port=$(free_udp_port)
  [[ $(api 0 GET /api/v1/protocols) == 200 ]] || stop 'list of protocols' "$(reason)"
  cp "$body" "$work/protocols"
  while read -r protocol; do
    local enrolment
    enrolment=$(jq -c --arg p "$protocol" --arg s "$secret" '{policy: "automatic", settings: {}, secrets: ([.items[] | select(.id == $p) | .credentials[]] | map({key: .id, value: (if (.label | ascii_downcase | endswith("name")) then "fleet" else $s end)}) | from_entries)}' "$work/protocols")
    [[ $(api 0 PUT "/api/v1/enrolments/$protocol" -H 'Content-Type: application/json' -d "$enrolment") == 204 ]] || bad "enrolment of $protocol" "$(reason)"
  done < <(jq -r '.items[] | select(.identity != null) | .id' "$work/protocols")
  local bind=127.0.0.1
  [[ $simulator_host == 127.* ]] || bind=0.0.0.0
  DEVICECONSOLE_FLEET_SECRET=$secret dotnet "$assembly" fleet --devices "$devices" --tenant "${slugs[0]}" --count 1 --snmp-port "$snmp_port" --snmp-bind "$bind" >"$work/fleet.log" 2>&1 &
  fleet=$!
}

create_device() {
  local device
  device=$(jq -nc --arg host "$simulator_host" --argjson port "$snmp_port" '{name: "Smoke switch", endpoints: [{protocol: "snmp", settings: {host: $host, port: $port, version: "v2c"}, secrets: {readCommunity: "public"}}]}')
  [[ $(api 0 POST /api/v1/devices -H 'Content-Type: application/json' -d "$device") == 201 ]] || stop 'create a device' "$(reason)"
  snmp_device=$(json .id)
  ok 'create a device'
}

# run_job NAME DEVICE PROTOCOL OPERATION ARGUMENTS: waits for its end.
run_job() {
  local job id state deadline=$((SECONDS + 90))
  job=$(jq -nc --arg d "$2" --arg p "$3" --arg o "$4" --argjson a "$5" '{deviceId: $d, protocol: $p, operation: $o, arguments: $a}')
  [[ $(api 0 POST '/api/v1/jobs?wait=30s' -H 'Content-Type: application/json' -d "$job") == 20[02] ]] || { bad "$1" "$(reason)"; return 1; }
  id=$(json .id) state=$(json .state)
  until [[ $state == completed || $state == failed || $state == cancelled || $state == expired ]] || ((SECONDS > deadline)); do
    sleep 1
    api 0 GET "/api/v1/jobs/$id" >/dev/null
    state=$(json .job.state)
  done
  if [[ $state == completed ]]; then ok "$1"; return 0; fi
  api 0 GET "/api/v1/jobs/$id" >/dev/null
  bad "$1" "the job is ${state:-nowhere}: $(json '.job.fault.message // .job.waitReason // empty')"
  return 1
}

# device_of PROTOCOL: the first device with an endpoint of it, once it has called.
device_of() {
  local id deadline=$((SECONDS + 90))
  while ((SECONDS < deadline)); do
    while read -r id; do
      if api 0 GET "/api/v1/devices/$id" >/dev/null; jq -e --arg p "$1" '.endpoints | any(.protocol == $p)' "$body" >/dev/null 2>&1; then printf '%s' "$id"; return 0; fi
    done < <(api 0 GET '/api/v1/devices?limit=200' >/dev/null; json '.items[]?.id')
    sleep 1
  done
  return 1
}

# An operation's arguments for a path, as its descriptor says what the parameter browser fills in.
arguments_for() {
  jq -c --arg p "$1" --arg role "$2" --arg path "$3" '.items[] | select(.id == $p) | .operations[] | select(.tree != null and (.tree.role | ascii_downcase) == $role)
    | .tree as $t | (.fields[] | select(.id == $t.pathField) | .kind | ascii_downcase) as $kind
    | {operation: .id, arguments: {($t.pathField): (if $kind == "list" then [$path] elif $kind == "rows" then [{($t.pathColumn): $path}] else $path end)}}' "$work/protocols" | head -n 1
}

check_protocols() {
  local protocol device made
  run_job 'job over snmp' "$snmp_device" snmp walk '{"oid":"1.3.6.1.2.1.1"}' || true
  while read -r protocol; do
    device=$(device_of "$protocol") || { bad "job over $protocol" "no simulated device of it came; $(tail -n 1 "$work/fleet.log")"; continue; }
    made=$(arguments_for "$protocol" read Device.DeviceInfo.SerialNumber)
    [[ -n $made ]] || { bad "job over $protocol" 'it has no operation that reads a parameter'; continue; }
    run_job "job over $protocol" "$device" "$protocol" "$(jq -r .operation <<<"$made")" "$(jq -c .arguments <<<"$made")" || continue
    made=$(arguments_for "$protocol" refresh Device.DeviceInfo.)
    if [[ -n $made ]]; then run_job "subtree over $protocol" "$device" "$protocol" "$(jq -r .operation <<<"$made")" "$(jq -c .arguments <<<"$made")" || continue; fi
    api 0 GET "/api/v1/devices/$device/parameters?prefix=Device.DeviceInfo.&limit=200" >/dev/null
    if jq -e '[.items[]? | select(.path == "Device.DeviceInfo.SerialNumber" and (.value // "") != "")] | length == 1' "$body" >/dev/null; then
      ok "parameters over $protocol"
    else
      bad "parameters over $protocol" "Device.DeviceInfo.SerialNumber is not stored"
    fi
  done < <(jq -r '.items[] | select(.identity != null) | .id' "$work/protocols")
}

check_mibs() {
  cat >"$work/SMOKE-MIB.mib" <<'MIB'
SMOKE-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, Integer32, enterprises FROM SNMPv2-SMI;
smokeMIB MODULE-IDENTITY
    LAST-UPDATED "202601010000Z"
    ORGANIZATION "Example"
    CONTACT-INFO "nobody"
    DESCRIPTION "A module for checking an installation."
    ::= { enterprises 99999 77 }
smokeValue OBJECT-TYPE
    SYNTAX Integer32
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "A number."
    ::= { smokeMIB 1 }
END
MIB
  [[ $(api 0 POST /api/v1/mibs -F "files=@$work/SMOKE-MIB.mib") == 20[01] ]] && ok 'MIB upload' || { bad 'MIB upload' "$(reason)"; return; }
  if [[ $(api 0 GET '/api/v1/mibs/lookup?q=smokeValue') == 200 ]] && grep -q '1\.3\.6\.1\.4\.1\.99999\.77\.1' "$body"; then ok 'MIB look-up'; else bad 'MIB look-up' "smokeValue is not found. $(reason)"; fi
  if [[ $(api 1 GET '/api/v1/mibs/lookup?q=smokeValue') == 404 ]]; then ok 'another tenant does not see the MIB'; else bad 'another tenant' 'it sees the MIB'; fi
}

check_isolation() {
  if [[ $(api 1 GET "/api/v1/devices?limit=200") == 200 && $(json '.items | length') == 0 ]]; then ok 'another tenant sees no device'; else bad 'another tenant' 'it sees devices'; fi
  if [[ $(api 1 GET "/api/v1/jobs?limit=200") == 200 && $(json '.items | length') == 0 ]]; then ok 'another tenant sees no job'; else bad 'another tenant' 'it sees jobs'; fi
  local path
  for path in "" /parameters /events; do
    if [[ $(api 1 GET "/api/v1/devices/$snmp_device$path") == 404 ]]; then ok "another tenant is told 404 for a device$path"; else bad 'another tenant' "it reaches a device's address$path"; fi
  done
}

check_open_addresses
log_in
make_tenant 0
make_tenant 1
start_fleet
create_device
check_protocols
check_mibs
check_isolation
