#!/usr/bin/env bash
# What a run with coverage reached: one line for the whole, one for each assembly, and the same as Markdown for the pipeline's summary.
#   deploy/coverage.sh [FILE.cobertura.xml]   without a file the newest one of ./test --coverage
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"
need_programs jq awk

file=${1:-$(find "$root/artifacts/test-results" -name 'coverage.cobertura.xml' -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d ' ' -f 2-)}
[[ -n $file && -r $file ]] || die "There is no coverage to tell of: run ./test --coverage first."

# rates ELEMENT: name (where it has one), lines and branches in percent, a line each.
rates() {
  grep -o "<$1 [^>]*>" "$file" | awk '
    function value(key) { return match($0, " " key "=\"[^\"]*\"") ? substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 4) : "" }
    { printf "%s\t%.1f\t%.1f\n", value("name"), 100 * value("line-rate"), 100 * value("branch-rate") }'
}

IFS=$'\t' read -r _ lines branches < <(rates coverage | sed 's/^\t/-\t/')
say "Coverage: $lines% of the lines, $branches% of the branches"
mkdir -p "$out"
{
  printf '# Coverage\n\n| assembly | lines | branches |\n| --- | --- | --- |\n'
  while IFS=$'\t' read -r name line branch; do
    printf '| %s | %s%% | %s%% |\n' "$name" "$line" "$branch"
  done < <(rates package)
  printf '| all | %s%% | %s%% |\n' "$lines" "$branches"
} >"$out/coverage.md"
rates package | while IFS=$'\t' read -r name line branch; do say "  $name $line% $branch%"; done
# shellcheck disable=SC2016 # jq's variables
record coverage --argjson lines "$lines" --argjson branches "$branches" '{commit: $commit, at: $at, lines: $lines, branches: $branches}'
