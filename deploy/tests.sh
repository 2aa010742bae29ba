#!/usr/bin/env bash
# The whole test run with coverage, and its counts as a result that the gates read; what it covered goes into coverage.md and coverage.json beside it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"
need_programs jq

status=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$root/test" --coverage "$@" 2>&1 | tee "$log" || status=$?
read -r passed failed < <(tail -n 1 "$log" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p') || { passed=0 failed=1; }
# Coverage is told where there is one: a run that broke off has none, and is red anyway.
lines=null
if "$root/deploy/coverage.sh"; then lines=$(jq .lines "$out/coverage.json"); fi
# shellcheck disable=SC2016 # jq's variables
record tests --argjson passed "${passed:-0}" --argjson failed "${failed:-1}" --argjson lines "$lines" '{commit: $commit, at: $at, passed: $passed, failed: $failed, lines: $lines}'
exit "$status"
