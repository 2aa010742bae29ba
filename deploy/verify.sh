#!/usr/bin/env bash
# The data's integrity, for after a release or a restore: row-level security, tenants apart, the queue's invariants. Reads only.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/deploy/lib/packages.sh"
. "$root/deploy/lib/database.sh"

if (($# > 0)); then
  say 'Usage: deploy/verify.sh'
  say 'ConnectionStrings__Migrator: a log-in as dc_migrator, who sees every tenant. One line a check; exit code 0 when all of them hold.'
  [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
fi
[[ -n ${ConnectionStrings__Migrator:-} ]] || die 'There is no connection string: set ConnectionStrings__Migrator to a log-in as dc_migrator.'
need_postgres_programs psql
use_connection "$ConnectionStrings__Migrator" ConnectionStrings__Migrator
export PGOPTIONS='-c default_transaction_read_only=on -c statement_timeout=300s -c timezone=UTC'
sql -c 'SELECT 1' >/dev/null || die 'PostgreSQL cannot be reached with ConnectionStrings__Migrator, or refused; the line above says why.'

passed=0 failed=0
# none NAME SQL: the query gives what is wrong, one line each; no line is right.
none() {
  local found
  if ! found=$(sql -F ' ' -c "$2" 2>&1); then found="the check itself failed: $found"; fi
  if [[ -z $found ]]; then
    passed=$((passed + 1)); printf 'ok    %s\n' "$1"
  else
    failed=$((failed + 1)); printf 'FAIL  %s: %s\n' "$1" "$(head -n 5 <<<"$found" | paste -sd ';' -)"
  fi
}

newest=$(find "$root/Migrations/Sql" -name '*.up.sql' -printf '%f\n' | sort | sed 's/^0*//;s/_.*//')
none 'every schema version is applied' "SELECT 'version ' || v || ' is missing' FROM unnest(ARRAY[$(paste -sd, <<<"$newest")]) v WHERE NOT EXISTS (SELECT FROM sys.schema_versions s WHERE s.version = v)"

# Tables of tenants (partitions are in another schema).
tenant_tables="SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND (c.relname = 'tenants' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))"
none 'row-level security is enabled and forced on every table and partition' "SELECT c.oid::regclass FROM pg_class c WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)
  AND (c.oid IN (SELECT oid FROM ($tenant_tables) t) OR c.oid IN (SELECT i.inhrelid FROM pg_inherits i JOIN ($tenant_tables) t ON t.oid = i.inhparent)) AND c.relkind IN ('r', 'p')"
none 'every table has the policy of the tenant' "SELECT t.relname FROM ($tenant_tables) t LEFT JOIN pg_policy p ON p.polrelid = t.oid AND p.polname = 'tenant' AND p.polcmd = '*'
  WHERE p.oid IS NULL OR pg_get_expr(p.polqual, p.polrelid) NOT LIKE '%app.tenant_id%' OR pg_get_expr(p.polwithcheck, p.polrelid) IS DISTINCT FROM pg_get_expr(p.polqual, p.polrelid)"
none 'the application cannot pass row-level security' "SELECT 'dc_app ' || CASE WHEN rolsuper THEN 'is a superuser' WHEN rolbypassrls THEN 'has BYPASSRLS' ELSE 'is a member of dc_system or dc_migrator' END FROM pg_roles
  WHERE rolname = 'dc_app' AND (rolsuper OR rolbypassrls OR pg_has_role('dc_app', 'dc_system', 'MEMBER') OR pg_has_role('dc_app', 'dc_migrator', 'MEMBER'))
  UNION ALL SELECT c.oid::regclass || ' belongs to dc_app' FROM pg_class c WHERE c.relowner = 'dc_app'::regrole
  UNION ALL SELECT c.oid::regclass || ' can be emptied by dc_app' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'part') AND c.relkind IN ('r', 'p') AND has_table_privilege('dc_app', c.oid, 'TRUNCATE')"
none 'the application has its rights' "SELECT t.relname FROM ($tenant_tables) t WHERE NOT has_table_privilege('dc_app', t.oid, 'SELECT')
  UNION ALL SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'sys' AND p.prosecdef AND (p.proowner <> 'dc_system'::regrole OR (p.prorettype <> 'trigger'::regtype AND NOT has_function_privilege('dc_app', p.oid, 'EXECUTE')))"
none 'without a tenant there is no row' "SELECT t.relname FROM ($tenant_tables) t JOIN pg_policy p ON p.polrelid = t.oid WHERE 'dc_app'::regrole = ANY (p.polroles) OR (p.polroles = '{0}' AND p.polname <> 'tenant')"
none 'every constraint and index is valid' "SELECT conrelid::regclass || '.' || conname FROM pg_constraint WHERE NOT convalidated UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
none 'partitions for the coming week are there' "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'p'
  AND to_regclass('part.' || quote_ident(c.relname || '_' || to_char(date_trunc('week', now()) + interval '7 days', 'IYYY\"w\"IW'))) IS NULL"

# Rows whose tenant is not there, in tables without a foreign key to say so.
orphans=$(sql -c "SELECT string_agg(format('SELECT %L || '' of '' || x.tenant_id FROM (SELECT DISTINCT tenant_id FROM public.%I) x WHERE NOT EXISTS (SELECT FROM tenants t WHERE t.id = x.tenant_id)', t.relname, t.relname), ' UNION ALL ') FROM ($tenant_tables) t WHERE t.relname <> 'tenants'")
none 'no row belongs to a tenant that is not there' "$orphans"
# Rows about a device (foreign keys carry the tenant; these tables have none), the newest of each.
strangers=$(sql -c "SELECT string_agg(format('SELECT %L || '' names a device of another tenant: '' || x.device_id FROM (SELECT tenant_id, device_id FROM public.%I LIMIT 20000) x JOIN devices d ON d.id = x.device_id WHERE d.tenant_id <> x.tenant_id', t.relname, t.relname), ' UNION ALL ')
  FROM ($tenant_tables) t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'device_id' AND NOT a.attisdropped")
none 'no row names a device of another tenant' "$strangers"
none 'foreign keys between rows of tenants carry the tenant' "SELECT k.conname FROM pg_constraint k JOIN ($tenant_tables) a ON a.oid = k.conrelid JOIN ($tenant_tables) b ON b.oid = k.confrelid WHERE k.contype = 'f' AND NOT EXISTS (
  SELECT FROM unnest(k.conkey, k.confkey) AS pair(own, other) JOIN pg_attribute x ON x.attrelid = k.conrelid AND x.attnum = pair.own JOIN pg_attribute y ON y.attrelid = k.confrelid AND y.attnum = pair.other
  WHERE x.attname = 'tenant_id' AND y.attname = CASE b.relname WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END)"

# A sample of each: what people would notice first.
none 'a sample of tenants is well' "SELECT slug FROM (SELECT * FROM tenants ORDER BY random() LIMIT 100) t WHERE length(name) = 0 OR status NOT IN ('active', 'suspended', 'deleting') UNION ALL SELECT 'the platform tenant is missing' WHERE NOT EXISTS (SELECT FROM tenants WHERE slug = 'platform')"
none 'a sample of users is well' "SELECT id FROM (SELECT * FROM users ORDER BY random() LIMIT 100) u WHERE normalized_user_name <> upper(user_name) OR (role = 'platform_admin' AND tenant_id <> '00000000-0000-0000-0000-000000000001')
  UNION ALL SELECT NULL::uuid FROM tenants WHERE slug = 'platform' AND NOT EXISTS (SELECT FROM users WHERE role = 'platform_admin' AND NOT disabled)"
none 'a sample of devices is well' "SELECT d.id FROM (SELECT * FROM devices TABLESAMPLE SYSTEM (CASE WHEN (SELECT reltuples FROM pg_class WHERE oid = 'devices'::regclass) > 100000 THEN 1 ELSE 100 END) LIMIT 1000) d
  LEFT JOIN device_contacts c ON c.tenant_id = d.tenant_id AND c.device_id = d.id WHERE c.device_id IS NULL
  UNION ALL SELECT e.device_id FROM (SELECT * FROM device_endpoints LIMIT 1000) e WHERE jsonb_typeof(e.settings) <> 'object' OR (e.secrets IS NULL) <> (cardinality(e.secret_fields) = 0)"

none 'an ended job has one end, and it is its state' "SELECT j.id FROM (SELECT * FROM jobs WHERE finished_at > now() - interval '1 day' LIMIT 20000) j LEFT JOIN LATERAL (SELECT count(*) AS n, max(t.state) AS state FROM job_history t
  WHERE t.tenant_id = j.tenant_id AND t.job_id = j.id AND t.state IN ('completed', 'failed', 'cancelled', 'expired')) e ON true WHERE e.n <> 1 OR e.state <> j.state"
none 'a job has its device' "SELECT j.id FROM jobs j LEFT JOIN devices d ON d.tenant_id = j.tenant_id AND d.id = j.device_id WHERE d.id IS NULL"
none 'a device runs one job at a time' "SELECT device_id FROM jobs WHERE state = 'running' GROUP BY tenant_id, device_id HAVING count(*) > 1"
none 'a lane knows what runs' "SELECT coalesce(l.device_id, j.device_id) FROM (SELECT * FROM lanes WHERE running IS NOT NULL) l FULL JOIN (SELECT * FROM jobs WHERE state = 'running') j ON j.tenant_id = l.tenant_id AND j.device_id = l.device_id WHERE l.running IS DISTINCT FROM j.id"
none 'no lane sleeps over work' "SELECT j.id FROM jobs j JOIN lanes l ON l.tenant_id = j.tenant_id AND l.device_id = j.device_id WHERE j.state = 'queued' AND NOT j.session_bound AND l.running IS NULL AND (l.next_at IS NULL OR l.next_at > greatest(j.run_at, now()))"
none 'what runs has a living worker' "SELECT j.id FROM jobs j LEFT JOIN workers w ON w.id = j.worker WHERE j.state = 'running' AND (w.id IS NULL OR w.lease_until < now() - interval '1 minute')"

printf '%s passed, %s failed\n' "$passed" "$failed"
((failed == 0))
