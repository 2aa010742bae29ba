#!/usr/bin/env bash
# install.sh PACKAGE…: installs Debian packages as root without starting any of their services and without creating
# the distribution's own PostgreSQL cluster. Both settings last only as long as the installation.
set -euo pipefail

policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/deviceconsole-install.conf
made_policy=false

restore() {
  if $made_policy; then rm -f "$policy"; fi
  rm -f "$cluster"
}

mkdir -p /run/lock
exec 9>/run/lock/deviceconsole-install
flock 9
trap restore EXIT
trap 'exit 130' INT TERM

if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  made_policy=true
fi
mkdir -p "$(dirname "$cluster")"
printf 'create_main_cluster = false\n' >"$cluster"

export DEBIAN_FRONTEND=noninteractive
options=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -q -y)
install() { apt-get "${options[@]}" install --no-install-recommends "$@" </dev/null; }

# A machine's package lists may be old or absent: fetch them only when the packages are not to be had without.
install "$@" 9>&- && exit 0
apt-get "${options[@]}" update </dev/null 9>&-
install "$@" 9>&-
