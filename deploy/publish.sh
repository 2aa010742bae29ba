#!/usr/bin/env bash
# Publishes the application into a folder: what the Dockerfile copies into the image, and what ./test starts.
#   deploy/publish.sh FOLDER [VERSION] [--no-build]
# --no-build  takes what is built already (DEVICECONSOLE_CONFIGURATION, Release); it has to be of that version
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

usage='Use: deploy/publish.sh FOLDER [VERSION] [--no-build].'
words=() options=(-p:UseSharedCompilation=false)
for word in "$@"; do
  case $word in
    --no-build) options+=(--no-build) ;;
    -*) die "$usage" ;;
    *) words+=("$word") ;;
  esac
done
((${#words[@]} == 1 || ${#words[@]} == 2)) || die "$usage"
folder=${words[0]}
need_dotnet
need_version "${words[1]:-${DEVICECONSOLE_VERSION:-$("$root/deploy/version.sh")}}"
configuration=${DEVICECONSOLE_CONFIGURATION:-Release}
# The text stands in the assembly's attribute.
of_version() { grep -a -q -F "$version" "$1/DeviceConsole.Web.dll" 2>/dev/null; }
if [[ " ${options[*]} " == *' --no-build '* ]]; then
  of_version "$root/DeviceConsole.Web/bin/$configuration/net10.0" || die "What is built is not version $version: build it as that (DEVICECONSOLE_VERSION=$version), or leave --no-build out."
fi
DEVICECONSOLE_VERSION=$version dotnet publish "$root/DeviceConsole.Web" -c "$configuration" -o "$folder" -nologo -v quiet "${options[@]}" ||
  die 'The application could not be published.'
of_version "$folder" || die "What was published is not version $version."
say "DeviceConsole $version: $folder"
