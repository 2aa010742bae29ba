#!/usr/bin/env bash
# The gates before a deployment: the commit of the tag is merged to the release branch, its changelog was reviewed, and the build's results
# are green for exactly this commit.
#   deploy/gates.sh VERSION --reviewed-by NAME [--branch REF]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

usage='Use: deploy/gates.sh VERSION --reviewed-by NAME [--branch REF].'
repository=${DEVICECONSOLE_REPOSITORY:-$root}
wanted='' reviewer='' branch=origin/main
while (($# > 0)); do
  case $1 in
    --reviewed-by) reviewer=${2:-}; shift 2 || die "$usage" ;;
    --branch) branch=${2:-}; shift 2 || die "$usage" ;;
    -*) die "$usage" ;;
    *) wanted=$1; shift ;;
  esac
done
[[ -n $wanted ]] || die "$usage"
need_version "$wanted"
need_programs git jq
closed=0
open() { say "ok    $1"; }
shut() { closed=$((closed + 1)); say "SHUT  $1"; }

head=$(git -C "$repository" rev-parse HEAD)
tagged=$(git -C "$repository" rev-parse -q --verify "v$version^{commit}") || tagged=''
if [[ $tagged == "$head" ]]; then open "v$version is this commit (${head:0:12})"; else shut "v$version is ${tagged:-no tag}, and checked out is $head"; fi
if git -C "$repository" merge-base --is-ancestor "$head" "$branch" 2>/dev/null; then open "merged to $branch"; else shut "this commit is not in $branch: merge it first"; fi

# The section of this version, and in it what releases owe their readers.
section=$(awk -v v="$version" '/^##? / { on = index($0, "[" v "]") || $2 == v } on' "$repository/CHANGELOG.md")
if [[ -z $section ]]; then shut "CHANGELOG.md has no section $version"
else
  for part in 'Schema changes' 'Operations' 'Security'; do
    if grep -qi "^### $part" <<<"$section"; then open "the changelog says: $part"; else shut "the changelog of $version has no part '$part': deploy/release-notes.sh writes it"; fi
  done
fi
if [[ -n $reviewer ]]; then open "changelog reviewed by $reviewer"; else shut 'nobody has reviewed the changelog: --reviewed-by NAME'; fi

# green NAME FILTER SENTENCE: a result of the build that belongs to this commit and for which the filter is true.
green() {
  local file=$out/$1.json
  if [[ ! -r $file ]]; then shut "$3: there is no result ($1.json)"
  elif [[ $(jq -r .commit "$file") != "$head" ]]; then shut "$3: the result is of another commit ($(jq -r '.commit[:12]' "$file"))"
  elif jq -e "$2" "$file" >/dev/null; then open "$3"
  else shut "$3: $(jq -c 'del(.commit, .at)' "$file")"; fi
}
green lint '.problems == 0' 'format and analyzers'
green tests '.failed == 0 and .passed > 0' 'tests'
green image ".version == \"$version\"" 'the image was built of this commit'
((closed == 0)) || die "$closed gate(s) shut: nothing is deployed."
say 'All gates are open.'
