-- Storing what devices report, a few values or a hundred thousand. The key of order is worked out for all new paths of a call together, not by a
-- function for each row; ids are looked up once; of many values the rows that are there are updated by their keys instead of running into a conflict.
ALTER TABLE parameter_paths ALTER COLUMN path_key DROP EXPRESSION;
ALTER TABLE parameter_paths ALTER COLUMN path_key SET NOT NULL;

-- For whoever adds a path without its key.
CREATE FUNCTION sys.set_path_key() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.path_key := sys.path_order(NEW.path);
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION sys.set_path_key FROM PUBLIC;
CREATE TRIGGER path_key BEFORE INSERT ON parameter_paths FOR EACH ROW WHEN (NEW.path_key IS NULL) EXECUTE FUNCTION sys.set_path_key();

-- Room for a new version beside the old one: an update then leaves the index alone.
ALTER TABLE parameters SET (fillfactor = 85);

-- Adds paths that are not there. Those of object identifiers need no regular expression for their key; what it is says sys.path_order.
CREATE FUNCTION sys.add_paths(paths text[]) RETURNS void LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
BEGIN
    -- In one order for everybody, or two that add the same paths could wait for each other.
    INSERT INTO public.parameter_paths (tenant_id, path, path_key)
        SELECT tenant, m.path, (
            SELECT string_agg(CASE WHEN s = '' THEN s WHEN ltrim(s, '0123456789') = '' THEN chr(48 + least(length(s), 70)) || s
                                   WHEN s = translate(s, '0123456789', '') THEN s ELSE sys.path_order(s) END, '.')
            FROM string_to_table(m.path, '.') s)
        FROM (SELECT DISTINCT p COLLATE "C" AS path FROM unnest(paths) p WHERE p IS NOT NULL ORDER BY 1) m
        ON CONFLICT (tenant_id, path) DO NOTHING;
END $$;

-- A few values find their rows one by one by the keys, however old the tables' statistics are: a subquery that gives one value is never made a join.
CREATE FUNCTION sys.store_few(devices uuid[], paths text[], vals text[], types text[], writables boolean[], origin text)
    RETURNS bigint LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    known uuid[];
    ids bigint[];
    changed bigint;
BEGIN
    known := ARRAY(SELECT (SELECT d.id FROM public.devices d WHERE d.tenant_id = tenant AND d.id = u.id) FROM (SELECT DISTINCT unnest(devices) AS id) u);
    FOR pass IN 1..2 LOOP
        ids := ARRAY(
            SELECT (SELECT x.id FROM public.parameter_paths x WHERE x.tenant_id = tenant AND x.path = p.path)
            FROM unnest(paths) WITH ORDINALITY p(path, n) ORDER BY p.n);
        EXIT WHEN pass = 2 OR array_position(ids, NULL) IS NULL;
        PERFORM sys.add_paths(ARRAY(SELECT p.path FROM unnest(paths, ids) p(path, id) WHERE p.id IS NULL));
    END LOOP;
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
               OR (excluded.writable IS NOT NULL AND t.writable IS DISTINCT FROM excluded.writable);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;

-- Many values are joined as a whole with what lies between the first and the last of their paths, and with all that is stored of their devices.
CREATE FUNCTION sys.store_many(devices uuid[], paths text[], vals text[], types text[], writables boolean[], origin text)
    RETURNS bigint LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '32MB'
    SET enable_nestloop = off SET enable_hashjoin = on SET enable_mergejoin = on SET enable_seqscan = on SET enable_bitmapscan = on AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    low text COLLATE "C";
    high text COLLATE "C";
    known uuid[];
    ids bigint[];
    changed bigint;
BEGIN
    SELECT min(p COLLATE "C"), max(p COLLATE "C") INTO low, high FROM unnest(paths) p;
    known := ARRAY(SELECT (SELECT d.id FROM public.devices d WHERE d.tenant_id = tenant AND d.id = u.id) FROM (SELECT DISTINCT unnest(devices) AS id) u);
    FOR pass IN 1..2 LOOP
        ids := ARRAY(
            SELECT x.id FROM unnest(paths) WITH ORDINALITY p(path, n)
            LEFT JOIN public.parameter_paths x ON x.tenant_id = tenant AND x.path >= low AND x.path <= high AND x.path = p.path ORDER BY p.n);
        EXIT WHEN pass = 2 OR array_position(ids, NULL) IS NULL;
        PERFORM sys.add_paths(ARRAY(SELECT p.path FROM unnest(paths, ids) p(path, id) WHERE p.id IS NULL));
    END LOOP;
    WITH w AS MATERIALIZED (
        SELECT DISTINCT ON (v.device, v.id) v.device, v.id, v.value, v.type, v.writable
        FROM unnest(devices, ids, vals, types, writables) WITH ORDINALITY v(device, id, value, type, writable, n)
        WHERE v.id IS NOT NULL AND v.device = ANY (known)
        ORDER BY v.device, v.id, v.n DESC),
    there AS MATERIALIZED (
        SELECT w.*, k.path_id IS NOT NULL AS present,
               k.path_id IS NULL OR k.value IS DISTINCT FROM w.value OR k.type <> w.type OR (w.writable IS NOT NULL AND k.writable IS DISTINCT FROM w.writable) AS differs
        FROM w LEFT JOIN public.parameters k ON k.tenant_id = tenant AND k.device_id = ANY (known) AND k.device_id = w.device AND k.path_id = w.id),
    moved AS (
        UPDATE public.parameters t SET value = c.value, type = c.type, writable = coalesce(c.writable, t.writable), source = origin, changed_at = now()
        FROM there c WHERE c.present AND c.differs AND t.tenant_id = tenant AND t.device_id = ANY (known) AND t.device_id = c.device AND t.path_id = c.id
        RETURNING 1),
    added AS (
        INSERT INTO public.parameters AS t (tenant_id, device_id, path_id, value, type, writable, source)
        SELECT tenant, c.device, c.id, c.value, c.type, c.writable, origin FROM there c WHERE NOT c.present
        ON CONFLICT (tenant_id, device_id, path_id) DO UPDATE
            SET value = excluded.value, type = excluded.type, writable = coalesce(excluded.writable, t.writable),
                source = excluded.source, changed_at = now()
            WHERE t.value IS DISTINCT FROM excluded.value OR t.type <> excluded.type
               OR (excluded.writable IS NOT NULL AND t.writable IS DISTINCT FROM excluded.writable)
        RETURNING 1)
    SELECT (SELECT count(*) FROM moved) + (SELECT count(*) FROM added) INTO changed;
    RETURN changed;
END $$;

CREATE OR REPLACE FUNCTION sys.store_parameters(devices uuid[], paths text[], vals text[], types text[], writables boolean[], origin text)
    RETURNS bigint LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(cardinality(paths), 0) = 0 THEN RETURN 0; END IF;
    IF cardinality(paths) < 2000 THEN RETURN sys.store_few(devices, paths, vals, types, writables, origin); END IF;
    RETURN sys.store_many(devices, paths, vals, types, writables, origin);
END $$;
REVOKE ALL ON FUNCTION sys.add_paths FROM PUBLIC;
REVOKE ALL ON FUNCTION sys.store_few FROM PUBLIC;
REVOKE ALL ON FUNCTION sys.store_many FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.add_paths TO dc_app;
GRANT EXECUTE ON FUNCTION sys.store_few TO dc_app;
GRANT EXECUTE ON FUNCTION sys.store_many TO dc_app;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (53, 'many_parameters', '0.1.0');
