#!/usr/bin/env bash
# The whole test run with coverage, and its counts as a result that the gates read.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

status=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$root/test" --coverage "$@" 2>&1 | tee "$log" || status=$?
read -r passed failed < <(tail -n 1 "$log" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p') || { passed=0 failed=1; }
# shellcheck disable=SC2016 # jq's variables
record tests --argjson passed "${passed:-0}" --argjson failed "${failed:-1}" '{commit: $commit, at: $at, passed: $passed, failed: $failed}'
exit "$status"
