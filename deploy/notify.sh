#!/usr/bin/env bash
# Tells people of a release or a rollback, from the templates in deploy/notices.
#   deploy/notify.sh release|rollback|failure --version V --environment NAME [--impact TEXT] [--recovery TEXT] [--mitigation TEXT] [--notes FILE]
# One address for each of noc, support, owners: DEVICECONSOLE_NOTICE_NOC, _SUPPORT, _OWNERS:
#   https://…      a web hook that takes {"text": …}
#   mailto:NAME    through this machine's sendmail
#   file:DIR       a folder that keeps the notices (a stand-in)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

usage='Use: deploy/notify.sh release|rollback|failure --version V --environment NAME [--impact TEXT] [--recovery TEXT] [--mitigation TEXT] [--notes FILE].'
kind=${1:-}
[[ $kind == release || $kind == rollback || $kind == failure ]] || die "$usage"
shift
version='' environment='' impact='' recovery='' mitigation='' notes=''
while (($# > 0)); do
  [[ $1 =~ ^--(version|environment|impact|recovery|mitigation|notes)$ && $# -gt 1 ]] || die "$usage"
  printf -v "${1#--}" '%s' "$2"
  shift 2
done
[[ -n $version && -n $environment ]] || die "$usage"
if [[ $kind != release ]]; then
  [[ -n $impact && -n $recovery && -n $mitigation ]] || die "People who hear of a $kind want to know --impact, --recovery and --mitigation."
fi
need_programs jq
if [[ -n $notes && -r $notes ]]; then notes=$(<"$notes"); else notes=${notes:-'See CHANGELOG.md.'}; fi
impact=${impact:-None is expected: nodes are replaced one after the other.}
recovery=${recovery:-Not applicable.}
mitigation=${mitigation:-If something is wrong, operations put the earlier version back (deploy/rollback.sh).}

# fill TEMPLATE: its text with {version}, {environment}, {impact}, {recovery}, {mitigation}, {notes} and {time} replaced.
fill() {
  local text name value
  text=$(<"$1")
  for name in version environment impact recovery mitigation notes; do
    value=${!name}
    text=${text//"{$name}"/"$value"}
  done
  printf '%s\n' "${text//"{time}"/"$(date -u '+%Y-%m-%d %H:%M UTC')"}"
}

send() {
  local audience=$1 address=$2 text
  text=$(fill "$root/deploy/notices/$kind.$audience.txt")
  case $address in
    http://* | https://*) jq -n --arg text "$text" '{text: $text}' | curl -fsS --max-time 30 -H 'Content-Type: application/json' --data-binary @- "$address" >/dev/null ;;
    mailto:*) need_programs sendmail; printf 'To: %s\nSubject: %s\nContent-Type: text/plain; charset=utf-8\n\n%s\n' "${address#mailto:}" "$(head -n 1 <<<"$text")" "$text" | sendmail -t ;;
    file:*) mkdir -p "${address#file:}"; printf '%s\n' "$text" >"${address#file:}/$kind.$audience.$version.txt" ;;
    *) warn "The address for $audience is none of https:, mailto:, file:."; return 1 ;;
  esac
}

failed=0
for audience in noc support owners; do
  variable=DEVICECONSOLE_NOTICE_${audience^^}
  if [[ -z ${!variable:-} ]]; then warn "$variable is not set: nobody was told there."; failed=$((failed + 1)); continue; fi
  if send "$audience" "${!variable}"; then say "Told $audience of the $kind of $version in $environment."; else warn "$audience could not be told: look at $variable."; failed=$((failed + 1)); fi
done
((failed == 0))
