# shellcheck shell=bash
# Publishes the programs once per state of the sources: artifacts/run/STAMP/{web,simulator}. A program that runs is
# never overwritten, and the second start compiles nothing.

# A hash of names, sizes and times of all that the programs are made of, and of the SDK.
source_stamp() {
  (
    cd "$root" || exit
    printf '%s\n' "$sdk_version"
    find DeviceConsole.Core DeviceConsole.Protocols DeviceConsole.Web DeviceConsole.Simulator Migrations \
      ./*.props ./*.json ./.editorconfig \
      \( -name bin -o -name obj -o -name _framework -o -name node_modules \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort
  ) | sha256sum | cut -c 1-16
}

# Sets programs to the folder that holds web/ and simulator/, building it when it is not there. The folder is marked
# as used (file descriptor 7) until this script ends.
publish_programs() {
  local home=$root/artifacts/run
  mkdir -p "$home" 2>/dev/null && [[ -w $home ]] ||
    die "$home cannot be written by $(id -un): change the owner of the checkout and start again."
  programs=$home/$(source_stamp)
  exec 6>>"$home/build.lock"
  flock 6
  if [[ ! -d $programs ]]; then
    need_disk "$root" 1024
    say 'Building (this takes a minute or two)'
    rm -rf "$programs.part"
    publish DeviceConsole.Web "$programs.part/web"
    publish DeviceConsole.Simulator "$programs.part/simulator"
    : >"$programs.part/in-use"
    mv "$programs.part" "$programs"
    remove_old_programs "$home"
  fi
  exec 7<"$programs/in-use"
  flock -s 7
  exec 6>&-
}

publish() {
  local log=$logs/build.log
  : >"$log"
  step "$root" "$log" "$log" dotnet publish "$root/$1" -c Release -o "$2" -nologo -v minimal -p:UseSharedCompilation=false && return 0
  die "Building $1 failed ($(build_reason "$log")): see $log, then start again."
}

# The first error line of a build log, without the project's path.
build_reason() {
  local line
  line=$(grep -m 1 -E '(error [A-Z]+[0-9]+|No space left)' "$1" | sed -E 's/^.*(error [A-Z]+[0-9]+: )/\1/; s/ \[[^]]*\]$//' | cut -c 1-200) || true
  printf '%s' "${line:-no error in the log}"
}

# Earlier builds that no ./run uses any more.
remove_old_programs() {
  local old
  for old in "$1"/*/; do
    old=${old%/}
    [[ $old != "$programs" ]] || continue
    if [[ ! -e $old/in-use ]] || flock -n -x "$old/in-use" true; then rm -rf "$old"; fi
  done
}
