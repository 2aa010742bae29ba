#!/usr/bin/env bash
# Prints the version of the sources: the tag vX.Y.Z of this commit, else the next patch with a suffix that counts the commits since.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

repository=${1:-$root}
have git || die 'deploy/version.sh needs git: install it and start again.'
tag=$(newest_tag "$repository")
if [[ -z $tag ]]; then
  # Before the first release: what Directory.Build.props says.
  sed -n 's:.*<DeviceConsoleVersion[^>]*>\([^<]*\)</DeviceConsoleVersion>.*:\1:p' "$root/Directory.Build.props" | head -n 1
  exit 0
fi
since=$(git -C "$repository" rev-list --count "$tag..HEAD")
need_version "$tag"
if ((since > 0)); then
  IFS=. read -r major minor patch <<<"${version%%-*}"
  version=$major.$minor.$((patch + 1))-dev.$since
fi
printf '%s\n' "$version"
