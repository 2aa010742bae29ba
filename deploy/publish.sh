#!/usr/bin/env bash
# Publishes the application into a folder: what the Dockerfile copies into the image, and what ./test starts.
#   deploy/publish.sh FOLDER [VERSION]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

[[ -n ${1:-} ]] || die 'Use: deploy/publish.sh FOLDER [VERSION].'
need_dotnet
need_version "${2:-${DEVICECONSOLE_VERSION:-$("$root/deploy/version.sh")}}"
DEVICECONSOLE_VERSION=$version dotnet publish "$root/DeviceConsole.Web" -c Release -o "$1" -nologo -v quiet -p:UseSharedCompilation=false ||
  die 'The application could not be published.'
say "DeviceConsole $version: $1"
