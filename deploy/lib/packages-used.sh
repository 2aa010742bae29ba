# shellcheck shell=bash
# The NuGet packages that the product is made of, read from what was restored.

product_projects=(DeviceConsole.Web DeviceConsole.Core DeviceConsole.Protocols Migrations)

# used_packages: a JSON array of {name, version, sha512 (hex), license, dependencies}, sorted by name.
used_packages() {
  local project assets=() folder line name version path hash license
  for project in "${product_projects[@]}"; do
    [[ -f $root/$project/obj/project.assets.json ]] || die "$project is not restored: run 'dotnet restore DeviceConsole.sln' first."
    assets+=("$root/$project/obj/project.assets.json")
  done
  folder=$(jq -r '.packageFolders | keys[0]' "${assets[0]}")
  jq -s -r '
    (map(.targets[]) | add) as $targets
    | [.[].libraries | to_entries[] | select(.value.type == "package")] | unique_by(.key)[]
    | (.key | split("/")) as [$name, $version]
    | [$name, $version, .value.path, .value.sha512, ($targets[.key].dependencies // {} | keys | join(" "))] | @tsv' "${assets[@]}" |
    while IFS=$'\t' read -r name version path hash line; do
      license=$(license_of "${folder%/}/$path"/*.nuspec)
      jq -n -c --arg name "$name" --arg version "$version" --arg hash "$(base64 -d <<<"$hash" | od -An -v -tx1 | tr -d ' \n')" \
        --arg license "$license" --arg dependencies "$line" \
        '{name: $name, version: $version, sha512: $hash, license: $license, dependencies: ($dependencies | split(" "))}'
    done | jq -s 'sort_by(.name | ascii_downcase)'
}

# license_of NUSPEC: the SPDX expression, or the file or address that the package names instead.
license_of() {
  local text
  text=$(tr -d '\r\n' <"$1")
  if [[ $text =~ \<license\ type=\"expression\"[^\>]*\>([^\<]+)\< ]]; then printf '%s' "${BASH_REMATCH[1]}"
  elif [[ $text =~ \<license\ type=\"file\"[^\>]*\>([^\<]+)\< ]]; then printf 'file:%s' "${BASH_REMATCH[1]}"
  elif [[ $text =~ \<licenseUrl\>([^\<]+)\< ]]; then printf '%s' "${BASH_REMATCH[1]}"
  else printf unknown; fi
}
