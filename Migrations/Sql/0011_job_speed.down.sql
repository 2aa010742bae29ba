DROP INDEX lanes_ready;
CREATE INDEX lanes_ready ON lanes (tenant_id, priority, next_at) WHERE running IS NULL AND next_at IS NOT NULL;
SET LOCAL ROLE dc_system;
CREATE OR REPLACE FUNCTION sys.notify_jobs(flags text, tenants uuid[], jobs uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    payload text;
BEGIN
    IF jobs IS NULL OR cardinality(jobs) = 0 THEN RETURN; END IF;
    SELECT flags || ':' || string_agg(replace(g.t::text, '-', '') || ',' || g.list, ';') INTO payload FROM (
        SELECT x.t, CASE WHEN count(*) > 230 THEN '*' ELSE string_agg(replace(x.j::text, '-', ''), ',') END AS list
        FROM unnest(tenants, jobs) AS x(t, j) GROUP BY x.t) g;
    -- The server's limit is 7,999 bytes.
    IF length(payload) > 7900 THEN payload := flags || ':*'; END IF;
    PERFORM pg_notify('dc_jobs', payload);
END $$;
RESET ROLE;
DELETE FROM sys.schema_versions WHERE version = 11;
