#!/usr/bin/env bash
# Rolls a version out: what runs is replaced, readiness decides, and on a failure the earlier version goes on.
#   deploy/rollout.sh VERSION
# DEVICECONSOLE_CLUSTER says where (deploy/lib/cluster.sh), DEVICECONSOLE_REGISTRY where from; migrate first: ./migrate.sh up.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"
. "$root/deploy/lib/cluster.sh"

[[ -n ${1:-} ]] || die 'Use: deploy/rollout.sh VERSION.'
need_version "$1"
need_cluster
need_image "$version"
before=$(running_version)
say "Rolling out $version (now: ${before:-nothing})"
put "$version"
say "$version runs."
