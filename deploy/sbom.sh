#!/usr/bin/env bash
# The bill of materials of the product as CycloneDX 1.5 JSON: artifacts/release/sbom.json, or the file that is named.
#   deploy/sbom.sh [FILE]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/release.sh"
. "$root/deploy/lib/packages-used.sh"
need_programs jq base64 od

file=${1:-$out/sbom.json}
mkdir -p "$(dirname "$file")"
version=$("$root/deploy/version.sh")
# The same sources give the same document: the serial number is made of the commit.
serial=$(printf '%s %s' "$(commit)" "$version" | sha256sum | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/urn:uuid:\1-\2-5\3-8\4-\5/')
used_packages | jq --arg version "$version" --arg serial "$serial" --arg at "$(date -u +%FT%TZ)" '
  def license: if startswith("file:") or startswith("http") or . == "unknown" then {license: {name: .}} else {expression: .} end;
  def ref: "pkg:nuget/\(.name)@\(.version)";
  (map({key: (.name | ascii_downcase), value: ref}) | from_entries) as $refs
  | {bomFormat: "CycloneDX", specVersion: "1.5", serialNumber: $serial, version: 1,
     metadata: {timestamp: $at, component: {type: "application", "bom-ref": "deviceconsole", name: "deviceconsole", version: $version, licenses: [{license: {id: "Apache-2.0"}}]}},
     components: map({type: "library", "bom-ref": ref, name, version, purl: ref, hashes: [{alg: "SHA-512", content: .sha512}], licenses: [.license | license]}),
     dependencies: ([{ref: "deviceconsole", dependsOn: map(ref)}] + map({ref: ref, dependsOn: [.dependencies[] | $refs[ascii_downcase] // empty]}))}' >"$file"
say "$(jq '.components | length' "$file") packages: $file"
