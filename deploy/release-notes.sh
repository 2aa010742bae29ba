#!/usr/bin/env bash
# The parts of the release notes that commit messages do not give by themselves, as Markdown: schema changes (the migrations that are new),
# operations and security (the trailers "Operations:" and "Security:" of the commits).
#   deploy/release-notes.sh [LAST-TAG]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
repository=${DEVICECONSOLE_REPOSITORY:-$root}

since=${1:-}
range=${since:+$since..}HEAD
list() { local line any=false; while IFS= read -r line; do [[ -n $line ]] || continue; printf '* %s\n' "$line"; any=true; done; $any || printf '%s\n' "$1"; }
trailers() { git -C "$repository" log --reverse --format="%(trailers:key=$1,valueonly,unfold)" "$range"; }
migrations() {
  local file
  if [[ -n $since ]]; then git -C "$repository" diff --name-only --diff-filter=A "$since" HEAD -- 'Migrations/Sql/*.up.sql'
  else git -C "$repository" ls-files 'Migrations/Sql/*.up.sql'; fi | while IFS= read -r file; do
    # shellcheck disable=SC2016 # Markdown
    printf '`%s`: %s\n' "$(basename "$file" .up.sql)" "$(git -C "$repository" show "HEAD:$file" | sed -n 's/^-- *//p' | head -n 1)"
  done
}
printf '\n### Schema changes\n\n'
migrations | list 'None: the earlier version runs on the same schema.'
printf '\n### Operations\n\n'
trailers Operations | list 'Nothing to do beside the usual steps (docs/RELEASE_CHECKLIST.md).'
printf '\n### Security\n\n'
{ trailers Security; git -C "$repository" log --reverse --format='%s' "$range" | sed -n 's/^[a-z]*(security)!\{0,1\}: //p'; } | list 'No change that concerns security.'
