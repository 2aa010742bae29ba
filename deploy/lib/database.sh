# shellcheck shell=bash
# PostgreSQL's own programs on the database that an Npgsql connection string names.

# use_connection STRING VARIABLE: takes it apart into libpq's environment. VARIABLE is its name, for the sentence.
use_connection() {
  local part key value host='' port=5432 database='' user='' password='' mode=''
  local -a parts=()
  IFS=';' read -r -a parts <<<"$1"
  for part in "${parts[@]}"; do
    key=${part%%=*} value=${part#*=}
    key=${key,,}
    case ${key//[[:space:]]/} in
      host | server) host=$value ;;
      port) port=$value ;;
      database | db) database=$value ;;
      username | userid | user | uid) user=$value ;;
      password | pwd) password=$value ;;
      sslmode) mode=${value,,} ;;
    esac
  done
  [[ -n $host && -n $database && -n $user ]] || die "$2 needs Host, Database and Username, as in 'Host=db;Database=deviceconsole;Username=…;Password=…'."
  unset PGSERVICE PGOPTIONS
  export PGHOST=$host PGPORT=$port PGDATABASE=$database PGUSER=$user PGCONNECT_TIMEOUT=10
  if [[ -n $password ]]; then export PGPASSWORD=$password; else unset PGPASSWORD; fi
  if [[ -n $mode ]]; then
    case $mode in verifyca) mode=verify-ca ;; verifyfull) mode=verify-full ;; esac
    export PGSSLMODE=$mode
  fi
}

# sql ARGUMENT…: psql that prints rows and nothing else, and ends at the first error.
sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

need_postgres_programs() {
  local program bin
  bin=$(postgres_bin)
  [[ -z $bin ]] || PATH=$bin:$PATH
  for program in "$@"; do have "$program" || die "$program is missing: install PostgreSQL's client programs (postgresql-client) and start again."; done
}

# One line a table and tenant: table, tenant (- where the table has none), rows, checksum. The same rows give the same line on every
# server, in whatever order they are stored. Quartz's tables are left out: they change with every tick and are made again from the schedules.
contents_sql() {
  cat <<'SQL'
SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex';
SELECT format('SELECT %L, %s, count(*), coalesce(sum(hashtextextended(x::text, 0)::numeric), 0) FROM %s x GROUP BY 2 ORDER BY 2;', c.oid::regclass,
              CASE WHEN a.attname IS NULL THEN '''-''::text' ELSE 'x.tenant_id::text' END, c.oid::regclass)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('public', 'sys') ORDER BY c.oid::regclass::text \gexec
SQL
}

# The newest backup in a folder, by its name, which begins with its time.
newest_backup() { find "$1" -maxdepth 1 -name 'deviceconsole-*.dump' -printf '%f\n' 2>/dev/null | sort | tail -n 1; }

# The value of a line '# NAME VALUE' in a backup's manifest.
manifest_value() { sed -n "s/^# $2 //p" "$1" | head -n 1; }

# seconds_since TIME (ISO 8601)
seconds_since() { printf '%s' "$(($(date -u +%s) - $(date -u -d "$1" +%s)))"; }

# words SECONDS: 2 h 5 min
words() {
  local s=$1
  if ((s < 120)); then printf '%s s' "$s"; elif ((s < 7200)); then printf '%s min' "$((s / 60))"; else printf '%s h %s min' "$((s / 3600))" "$((s % 3600 / 60))"; fi
}
