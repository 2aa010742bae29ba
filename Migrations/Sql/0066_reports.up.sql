-- What devices report, of many of them at once: which ones of them changed is told, so that nobody looks at the others anew.
-- Otherwise as sys.store_few, which is made of it.
CREATE FUNCTION sys.store_reports(devices uuid[], paths text[], vals text[], types text[], writables boolean[], origin text)
    RETURNS uuid[] LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    known uuid[];
    ids bigint[];
    changed uuid[];
BEGIN
    known := ARRAY(SELECT (SELECT d.id FROM public.devices d WHERE d.tenant_id = tenant AND d.id = u.id) FROM (SELECT DISTINCT unnest(devices) AS id) u);
    FOR pass IN 1..2 LOOP
        ids := ARRAY(
            SELECT (SELECT x.id FROM public.parameter_paths x WHERE x.tenant_id = tenant AND x.path = p.path)
            FROM unnest(paths) WITH ORDINALITY p(path, n) ORDER BY p.n);
        EXIT WHEN pass = 2 OR array_position(ids, NULL) IS NULL;
        PERFORM sys.add_paths(ARRAY(SELECT p.path FROM unnest(paths, ids) p(path, id) WHERE p.id IS NULL));
    END LOOP;
    WITH stored AS (
        INSERT INTO public.parameters AS t (tenant_id, device_id, path_id, value, type, writable, source)
        SELECT w.* FROM (
            SELECT DISTINCT ON (v.device, v.id) tenant AS owner, v.device, v.id, v.value, v.type, v.writable, origin AS source
            FROM unnest(devices, ids, vals, types, writables) WITH ORDINALITY v(device, id, value, type, writable, n)
            WHERE v.id IS NOT NULL AND v.device = ANY (known)
            ORDER BY v.device, v.id, v.n DESC) w
        -- What is as it was is left alone before the insert: the conflict would lock its row.
        WHERE (SELECT k.value IS NOT DISTINCT FROM w.value AND k.type = w.type AND (w.writable IS NULL OR k.writable IS NOT DISTINCT FROM w.writable)
               FROM public.parameters k WHERE k.tenant_id = tenant AND k.device_id = w.device AND k.path_id = w.id) IS NOT TRUE
        ON CONFLICT (tenant_id, device_id, path_id) DO UPDATE
            SET value = excluded.value, type = excluded.type, writable = coalesce(excluded.writable, t.writable),
                source = excluded.source, changed_at = now()
            WHERE t.value IS DISTINCT FROM excluded.value OR t.type <> excluded.type
               OR (excluded.writable IS NOT NULL AND t.writable IS DISTINCT FROM excluded.writable)
        RETURNING t.device_id)
    SELECT array_agg(s.device_id) INTO changed FROM stored s;
    RETURN coalesce(changed, '{}');
END $$;
REVOKE ALL ON FUNCTION sys.store_reports FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.store_reports TO dc_app;
CREATE OR REPLACE FUNCTION sys.store_few(devices uuid[], paths text[], vals text[], types text[], writables boolean[], origin text)
    RETURNS bigint LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN cardinality(sys.store_reports(devices, paths, vals, types, writables, origin));
END $$;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (66, 'reports', '0.1.0');
