-- Values that are as they were are left alone before the insert: the conflict would lock their rows, and a device that reports what it always reports
-- would cost a transaction that has to be synced. What is stored and what it returns is as before.
CREATE OR REPLACE FUNCTION sys.store_parameters(devices uuid[], paths text[], vals text[], types text[], writables boolean[], origin text)
    RETURNS bigint LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    changed bigint;
BEGIN
    INSERT INTO public.parameter_paths (tenant_id, path)
        SELECT DISTINCT tenant, p FROM unnest(paths) p
        WHERE NOT EXISTS (SELECT 1 FROM public.parameter_paths x WHERE x.tenant_id = tenant AND x.path = p)
        ORDER BY p
        ON CONFLICT (tenant_id, path) DO NOTHING;
    INSERT INTO public.parameters AS t (tenant_id, device_id, path_id, value, type, writable, source)
        SELECT w.* FROM (
            SELECT DISTINCT ON (v.device, x.id) tenant AS owner, v.device, x.id, v.value, v.type, v.writable, origin AS source
            FROM unnest(devices, paths, vals, types, writables) WITH ORDINALITY v(device, path, value, type, writable, n)
            JOIN public.parameter_paths x ON x.tenant_id = tenant AND x.path = v.path
            JOIN public.devices d ON d.tenant_id = tenant AND d.id = v.device
            ORDER BY v.device, x.id, v.n DESC) w
        WHERE NOT EXISTS (
            SELECT 1 FROM public.parameters k
            WHERE k.tenant_id = tenant AND k.device_id = w.device AND k.path_id = w.id AND k.value IS NOT DISTINCT FROM w.value AND k.type = w.type
              AND (w.writable IS NULL OR k.writable IS NOT DISTINCT FROM w.writable))
        ON CONFLICT (tenant_id, device_id, path_id) DO UPDATE
            SET value = excluded.value, type = excluded.type, writable = coalesce(excluded.writable, t.writable),
                source = excluded.source, changed_at = now()
            WHERE t.value IS DISTINCT FROM excluded.value OR t.type <> excluded.type
               OR (excluded.writable IS NOT NULL AND t.writable IS DISTINCT FROM excluded.writable);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (34, 'unchanged_parameters', '0.1.0');
