#!/usr/bin/env bash
# Builds the image of a version once and puts it into the registry. A version that is there already is never built again.
#   deploy/image.sh [VERSION] [--app FOLDER]
# DEVICECONSOLE_REGISTRY  folder:DIR (artifacts/registry), or a container registry that docker is logged in to
# DEVICECONSOLE_DOTNET_REGISTRY  where the .NET base images come from; only with a container registry
# --app FOLDER            an application that deploy/publish.sh has published already (folder registries only)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

app='' wanted=''
while (($# > 0)); do
  case $1 in
    --app) [[ -n ${2:-} ]] || die '--app needs a folder.'; app=$2; shift 2 ;;
    -*) die 'Use: deploy/image.sh [VERSION] [--app FOLDER].' ;;
    *) wanted=$1; shift ;;
  esac
done
need_programs jq
need_version "${wanted:-$("$root/deploy/version.sh")}"
labels=("org.opencontainers.image.title=DeviceConsole" "org.opencontainers.image.version=$version"
  "org.opencontainers.image.revision=$(commit)" "org.opencontainers.image.licenses=Apache-2.0")

build_archive() {
  local folder archive
  folder=$(registry_folder)
  archive=$(image_archive "$version")
  if [[ -e $archive ]]; then digest=$(sha256sum "$archive" | cut -c 1-64); say "$archive is there already."; return 0; fi
  part=$(mktemp -d)
  trap 'rm -rf "$part"' EXIT # after the function: part is no local one
  if [[ -n $app ]]; then cp -a "$app" "$part/app"; else "$root/deploy/publish.sh" "$part/app" "$version"; fi
  [[ -f $part/app/DeviceConsole.Web.dll ]] || die "$app holds no published application: deploy/publish.sh makes one."
  printf '%s\n' "${labels[@]}" | jq -R 'split("=") | {key: .[0], value: .[1]}' | jq -s '{labels: from_entries}' >"$part/image.json"
  mkdir -p "$folder"
  tar -C "$part" -czf "$archive.part" app image.json
  digest=$(sha256sum "$archive.part" | cut -c 1-64)
  mv "$archive.part" "$archive"
  say "$archive"
}

build_image() {
  local reference options=() label
  need_programs docker
  reference=$(image_reference "$version")
  if docker manifest inspect "$reference" >/dev/null 2>&1; then say "$reference is there already."
  else
    for label in "${labels[@]}"; do options+=(--label "$label"); done
    docker build "${options[@]}" --build-arg "VERSION=$version" ${DEVICECONSOLE_DOTNET_REGISTRY:+--build-arg "REGISTRY=$DEVICECONSOLE_DOTNET_REGISTRY"} -t "$reference" "$root"
    docker push "$reference"
  fi
  digest=$(docker inspect --format '{{index .RepoDigests 0}}' "$reference" 2>/dev/null | sed 's/.*@sha256://') || true
  say "$reference"
}

digest=''
if [[ -n $(registry_folder) ]]; then build_archive; else build_image; fi
# shellcheck disable=SC2016 # jq's variables
record image --arg version "$version" --arg digest "$digest" '{commit: $commit, at: $at, version: $version, digest: $digest}'
