# shellcheck shell=bash
# What the scripts of a release share: versions, the registry, where results are kept.

out=${DEVICECONSOLE_RELEASE_OUT:-$root/artifacts/release}
registry=${DEVICECONSOLE_REGISTRY:-folder:$root/artifacts/registry}
image=${DEVICECONSOLE_IMAGE:-deviceconsole}

need_programs() {
  local program
  for program in "$@"; do have "$program" || die "$(basename "$0") needs $program: install it and start again."; done
}

# need_version TEXT: X.Y.Z with an optional -suffix, a leading v taken off. Sets version.
need_version() {
  version=${1#v}
  [[ $version =~ ^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$ ]] ||
    die "'$1' is no version: write it like 1.4.0 or v1.4.0."
}

# newest_tag REPOSITORY [COMMIT]: the newest vX.Y.Z that is an ancestor of the commit; nothing when there is none.
newest_tag() { git -C "$1" describe --tags --abbrev=0 --match 'v[0-9]*.[0-9]*.[0-9]*' "${2:-HEAD}" 2>/dev/null || true; }

# The registry: folder:DIR keeps one .tar.gz an image, anything else is a container registry that docker pushes to.
registry_folder() { [[ $registry == folder:* ]] && printf '%s' "${registry#folder:}"; }
image_archive() { printf '%s/%s-%s.tar.gz' "$(registry_folder)" "$image" "$1"; }
image_reference() { printf '%s/%s:%s' "$registry" "$image" "$1"; }

# record NAME FILTER…: jq's answer becomes artifacts/release/NAME.json. The gates read these.
record() {
  local name=$1
  shift
  mkdir -p "$out"
  jq -n --arg commit "$(commit)" --arg at "$(date -u +%FT%TZ)" "$@" >"$out/$name.json"
}

commit() { git -C "$root" rev-parse HEAD 2>/dev/null || printf unknown; }
