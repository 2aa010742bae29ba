#!/usr/bin/env bash
# The format check and the analyzers: sources, scripts, JSON, YAML.
#   deploy/lint.sh [--fix] [--no-build]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

fix=false build=true
for option in "$@"; do
  case $option in
    --fix) fix=true ;;
    --no-build) build=false ;;
    *) die 'Use: deploy/lint.sh [--fix] [--no-build].' ;;
  esac
done
need_dotnet
need_programs jq git
cd "$root"
problems=0
problem() { problems=$((problems + 1)); warn "$1"; }

say 'Format of the sources (.editorconfig)'
format=(dotnet format whitespace . --folder --exclude '**/obj/**' '**/bin/**' 'artifacts/**' 'data/**')
if $fix; then "${format[@]}"; else
  "${format[@]}" --verify-no-changes 2>&1 | sed -n 's/^\(.*\): error WHITESPACE: .*/\1 is not formatted/p' | sed "s:^$root/::" | sort -u >&2
  ((PIPESTATUS[0] == 0)) || problem 'Some files are not formatted: deploy/lint.sh --fix does it.'
fi

say 'JSON'
while IFS= read -r file; do
  jq -e . "$file" >/dev/null 2>&1 || problem "$file is no JSON."
done < <(git ls-files '*.json' '.releaserc.json' ':!:DeviceConsole.Tests/Captures')

say 'Scripts'
if have shellcheck; then
  mapfile -t scripts < <(git ls-files --cached --others --exclude-standard '*.sh' run test bench .ci/run | sort -u)
  shellcheck "${scripts[@]}" >&2 || problem 'shellcheck has remarks.'
else
  warn 'shellcheck is not installed: the scripts were not checked.'
fi

# Warnings of the compiler and of the analyzers are errors in this repository.
if $build; then
  say 'Analyzers'
  dotnet build DeviceConsole.sln -c Release -nologo -v quiet -p:UseSharedCompilation=false || problem 'The build has warnings or errors.'
fi
# shellcheck disable=SC2016 # $commit is jq's
record lint --argjson problems "$problems" '{commit: $commit, at: $at, problems: $problems}'
((problems == 0)) || die "$problems problem(s)."
say 'No problem.'
