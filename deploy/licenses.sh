#!/usr/bin/env bash
# The licences of the packages that the product carries, as a table: artifacts/release/licenses.md, or the file that is named. Fails on a
# licence that is not on the list of those that an Apache-2.0 product may carry.
#   deploy/licenses.sh [FILE]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"
. "$root/deploy/lib/packages-used.sh"
need_programs jq

allowed=(MIT Apache-2.0 BSD-2-Clause BSD-3-Clause PostgreSQL ISC MS-PL https://licenses.nuget.org/MIT
  # Named by an address or a file in the package; read and found to be MIT or BSD-3-Clause.
  file:LICENSE.TXT file:LICENSE.txt file:LICENSE https://github.com/protocolbuffers/protobuf/blob/master/LICENSE
  https://github.com/dotnet/corefx/blob/master/LICENSE.TXT https://github.com/dotnet/standard/blob/master/LICENSE.TXT http://go.microsoft.com/fwlink/?LinkId=329770)
file=${1:-$out/licenses.md}
mkdir -p "$(dirname "$file")"
packages=$(used_packages)
{
  printf '| package | version | licence |\n| --- | --- | --- |\n'
  jq -r '.[] | "| \(.name) | \(.version) | \(.license) |"' <<<"$packages"
} >"$file"
refused=$(jq -r --args '[.[] | select(.license as $l | $ARGS.positional | index($l) | not) | "\(.name) \(.version): \(.license)"] | .[]' "${allowed[@]}" <<<"$packages")
say "$(jq length <<<"$packages") packages: $file"
[[ -z $refused ]] || die "Not on the list of licences that the product may carry (deploy/licenses.sh):
$refused"
