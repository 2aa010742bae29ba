#!/usr/bin/env bash
# Makes the next version out of the commits since the last one (semantic-release, .releaserc.json): tag vX.Y.Z, CHANGELOG.md, release notes.
#   deploy/release.sh [--dry-run]
# It works on DEVICECONSOLE_REPOSITORY (this one) and pushes to its origin. Needs Node.js 20 and npm.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"
need_programs git node npm

tools=${DEVICECONSOLE_RELEASE_TOOLS:-$root/artifacts/release-tools}
packages=(semantic-release@24.2.9 @semantic-release/changelog@6.0.3 @semantic-release/exec@7.1.0 @semantic-release/git@10.0.1
  conventional-changelog-conventionalcommits@8.0.0)
if [[ ! -x $tools/node_modules/.bin/semantic-release ]]; then
  mkdir -p "$tools"
  npm install --silent --no-audit --no-fund --no-save --prefix "$tools" "${packages[@]}" >&2 || die 'npm could not install semantic-release: look at the message above.'
fi
cd "${DEVICECONSOLE_REPOSITORY:-$root}"
exec "$tools/node_modules/.bin/semantic-release" --no-ci "$@"
