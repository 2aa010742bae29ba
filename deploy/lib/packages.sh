# shellcheck shell=bash
# Debian packages that a command needs. Nothing is asked and nothing is fetched when all of them are there.

# PostgreSQL's programs of the newest installed version from 15 on; nothing when there is none.
postgres_bin() {
  local folder best='' best_version=0 version
  for folder in /usr/lib/postgresql/*/bin; do
    version=${folder%/bin}; version=${version##*/}
    if [[ -x $folder/postgres && $version =~ ^[0-9]+$ ]] && ((version >= 15 && version > best_version)); then
      best=$folder best_version=$version
    fi
  done
  printf '%s' "$best"
}

# What .NET itself needs and its own installer does not bring: ICU and the certificates to restore packages with.
# The package's name carries a version; apt-get takes a regular expression.
icu_package='^libicu[0-9]+$'
runtime_packages() {
  local library
  for library in /usr/lib/*/libicuuc.so.* /usr/lib/libicuuc.so.*; do
    if [[ -e $library ]]; then library=found; break; fi
  done
  [[ $library == found ]] || printf '%s\n' "$icu_package"
  [[ -e /etc/ssl/certs/ca-certificates.crt || -n ${SSL_CERT_FILE:-} ]] || printf '%s\n' ca-certificates
}

# need_packages WHAT-FOR PACKAGE…: installs what is missing, as root or through sudo, else says the command.
need_packages() {
  local purpose=$1 log=${install_log:-/dev/null} names no_right
  shift
  names=${*//"$icu_package"/"'$icu_package'"}
  no_right="$purpose needs the packages $names and there is no right to install them: run \`apt-get install $names\` as root and start again."
  (($# > 0)) || return 0
  local -a command=(bash "$root/deploy/lib/install.sh" "$@")
  have apt-get || die "$purpose needs the Debian packages $names and this system has no apt-get: install their equivalents and start again."
  if ((EUID != 0)); then
    have sudo || die "$no_right"
    if [[ -t 0 && -t 2 ]]; then command=(sudo "${command[@]}"); else command=(sudo -n "${command[@]}"); fi
  fi
  say "Installing ${*//"$icu_package"/libicu}"
  "${command[@]}" >>"$log" 2>&1 && return 0
  if ((EUID != 0)) && ! sudo -n true 2>/dev/null; then die "$no_right"; fi
  die "Installing ${*//"$icu_package"/libicu} failed ($(install_reason "$log")): run \`apt-get install $names\` as root and start again."
}

install_reason() {
  local line=''
  [[ ! -f $1 ]] || line=$(grep -E '^(E|Err):' "$1" | tail -n 1) || true
  printf '%s' "${line:-apt-get gave no reason}"
}

# missing_packages: of "program=package" pairs, the packages whose program is not there.
missing_packages() {
  local pair
  for pair in "$@"; do
    PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%=*}" >/dev/null 2>&1 || printf '%s\n' "${pair#*=}"
  done
}
