# shellcheck shell=bash
# The data folder and the secrets in it: DIR/secrets.env (master key, database passwords) and DIR/admin.env (the
# first administrator). Both are generated once, mode 600; an environment variable of the same name wins.

# use_data_folder DIR: makes it, takes its lock (file descriptor 8), and sets data and logs.
use_data_folder() {
  data=$1
  [[ $data == /* ]] || data=$PWD/$data
  (umask 077 && mkdir -p "$data/logs") 2>/dev/null && data=$(cd "$data" && pwd -P) && [[ -w $data && -w $data/logs ]] ||
    die "The data folder $1 cannot be written by $(id -un): change its owner or choose another with --data DIR."
  logs=$data/logs
  local file
  for file in "$data/secrets.env" "$data/admin.env"; do
    [[ ! -e $file || (-r $file && -w $file) ]] ||
      die "$file belongs to $(stat -c %U "$file") and cannot be read by $(id -un): start as that user or root, or choose another folder with --data DIR."
  done
}

lock_data_folder() {
  local holder
  exec 8>>"$data/run.lock"
  if ! flock -n 8; then
    holder=$(cat "$data/run.lock" 2>/dev/null) || true
    die "The data folder $data is in use by another ./run${holder:+ (process $holder)}: stop that one or choose another folder with --data DIR."
  fi
  printf '%s\n' "$$" >"$data/run.lock"
}

# A log that grew over 10 MB in earlier starts is put aside once, as NAME.1.
rotate_logs() {
  local log
  for log in "$logs"/*.log; do
    [[ -f $log ]] && (($(stat -c %s "$log") > 10485760)) && mv -f "$log" "$log.1"
  done
  return 0
}

random_key() { head -c 32 /dev/urandom | base64 -w 0; }
random_secret() { head -c 24 /dev/urandom | base64 -w 0 | tr '+/' '-_'; }

# A password that a person can type and that every usual rule accepts: five groups, 118 bits.
random_password() {
  local text=''
  until [[ $text =~ [A-Z] && $text =~ [a-z] && $text =~ [2-9] ]]; do
    text=$(head -c 600 /dev/urandom | LC_ALL=C tr -dc 'A-HJ-NP-Za-km-z2-9' | head -c 20) || true
  done
  printf '%s-%s-%s-%s-%s' "${text:0:4}" "${text:4:4}" "${text:8:4}" "${text:12:4}" "${text:16:4}"
}

# stored FILE NAME: the value of NAME in a NAME=value file; nothing when it is not there.
stored() {
  local line
  [[ -r $1 ]] || return 0
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line == "$2="* ]]; then printf '%s' "${line#*=}"; return 0; fi
  done <"$1"
}

# keep FILE NAME GENERATOR…: sets the variable NAME from the environment, else the file, else freshly made and kept.
keep() {
  local file=$1 name=$2 value
  [[ -z ${!name:-} ]] || return 0
  value=$(stored "$file" "$name")
  if [[ -z $value ]]; then
    value=$("${@:3}")
    store "$file" "$name" "$value"
  fi
  printf -v "$name" '%s' "$value"
}

store() {
  (umask 077 && printf '%s=%s\n' "$2" "$3" >>"$1") 2>/dev/null ||
    die "$1 cannot be written: free some space or choose another folder with --data DIR."
  chmod 600 "$1"
}

# The administrator's file tells the name and the password that were first used, wherever they came from.
load_secrets() {
  local name
  [[ -e $data/admin.env ]] && first_start=false || first_start=true
  keep "$data/secrets.env" DEVICECONSOLE_MASTER_KEY random_key
  keep "$data/secrets.env" DEVICECONSOLE_FLEET_SECRET random_secret
  keep "$data/admin.env" DEVICECONSOLE_ADMIN_USER printf admin
  keep "$data/admin.env" DEVICECONSOLE_ADMIN_PASSWORD random_password
  for name in DEVICECONSOLE_ADMIN_USER DEVICECONSOLE_ADMIN_PASSWORD; do
    [[ -n $(stored "$data/admin.env" "$name") ]] || store "$data/admin.env" "$name" "${!name}"
  done
}

load_database_passwords() {
  keep "$data/secrets.env" DEVICECONSOLE_DB_APP_PASSWORD random_secret
  keep "$data/secrets.env" DEVICECONSOLE_DB_MIGRATOR_PASSWORD random_secret
  keep "$data/secrets.env" DEVICECONSOLE_DB_BACKUP_PASSWORD random_secret
}
