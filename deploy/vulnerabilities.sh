#!/usr/bin/env bash
# Known vulnerabilities of the packages, from the package source's own data: artifacts/release/vulnerabilities.json, or the file named.
#   deploy/vulnerabilities.sh [FILE] [--require-data]
# Exit code 1 for a vulnerability of high or critical severity; with --require-data also where the source has no data.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"

file='' required=false
for option in "$@"; do
  case $option in
    --require-data) required=true ;;
    -*) die 'Use: deploy/vulnerabilities.sh [FILE] [--require-data].' ;;
    *) file=$option ;;
  esac
done
file=${file:-$out/vulnerabilities.json}
need_dotnet
need_programs jq
mkdir -p "$(dirname "$file")"
cd "$root"
# source_has_data URL: the service index of a NuGet source names a VulnerabilityInfo resource.
source_has_data() {
  have curl || return 0
  curl -fsS --max-time 30 "$1" 2>/dev/null | jq -e '[.resources[]?["@type"] | select(startswith("VulnerabilityInfo"))] | length > 0' >/dev/null 2>&1
}

# A saved answer of `dotnet list package` can be judged again, on another machine.
if [[ -n ${DEVICECONSOLE_VULNERABILITY_REPORT:-} ]]; then cp "$DEVICECONSOLE_VULNERABILITY_REPORT" "$file"
else dotnet list DeviceConsole.sln package --vulnerable --include-transitive --format json >"$file" || die "The package source could not be asked: $(tail -n 1 "$file")."; fi

# A source without vulnerability data is reported as a problem of the answer, or serves no VulnerabilityInfo resource.
no_data=$(jq -r '[.problems[]? | select(.level != "error") | .text] | map(select(test("vulnerab"; "i"))) | first // empty' "$file")
if [[ -z ${DEVICECONSOLE_VULNERABILITY_REPORT:-} ]] && ! source_has_data "$(jq -r '.sources[0]' "$file")"; then
  no_data='it serves no VulnerabilityInfo'
fi
found=$(jq -r '[.projects[]?.frameworks[]? | (.topLevelPackages[]?, .transitivePackages[]?) | . as $p | .vulnerabilities[]?
  | "\(.severity)\t\($p.id) \($p.resolvedVersion)\t\(.advisoryurl)"] | unique | .[]' "$file")
if [[ -n $found ]]; then
  say "$found"
  if grep -qiE '^(high|critical)' <<<"$found"; then die 'A vulnerability of high or critical severity stops the release: raise the package in Directory.Packages.props.'; fi
fi
if [[ -n $no_data ]]; then
  $required && die "The package source has no vulnerability data ($no_data), so nothing is known: name a source that has it in NuGet.Config."
  warn "The package source has no vulnerability data ($no_data), so nothing is known about these packages."
elif [[ -z $found ]]; then
  say 'No known vulnerability.'
fi
