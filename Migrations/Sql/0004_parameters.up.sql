-- How people order paths: numbers by their value, so that 1.10 follows 1.9 and SSID.10 follows SSID.9. Each run of digits
-- is led by a character for its length.
CREATE FUNCTION sys.path_order(path text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(CASE WHEN m[1] ~ '^[0-9]' THEN chr(48 + least(length(m[1]), 70)) || m[1] ELSE m[1] END, '' ORDER BY i)
    FROM regexp_matches(path, '[0-9]+|[^0-9]+', 'g') WITH ORDINALITY AS r(m, i) $$;
REVOKE ALL ON FUNCTION sys.path_order FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.path_order TO dc_app;

-- One tree of parameters a device, whatever protocol a value came by. Paths are kept once a tenant.
CREATE TABLE parameter_paths (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id        bigint GENERATED ALWAYS AS IDENTITY,
    path      text COLLATE "C" NOT NULL CHECK (length(path) BETWEEN 1 AND 1024),
    path_key  text COLLATE "C" GENERATED ALWAYS AS (sys.path_order(path)) STORED,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE parameter_paths ENABLE ROW LEVEL SECURITY;
ALTER TABLE parameter_paths FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON parameter_paths USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                   WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON parameter_paths TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON parameter_paths TO dc_app;
CREATE UNIQUE INDEX parameter_paths_path ON parameter_paths (tenant_id, path);

CREATE TABLE parameters (
    tenant_id  uuid NOT NULL,
    device_id  uuid NOT NULL,
    path_id    bigint NOT NULL,
    value      text,
    type       text NOT NULL,
    writable   boolean,
    source     text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, device_id, path_id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, path_id) REFERENCES parameter_paths (tenant_id, id)
);
ALTER TABLE parameters ENABLE ROW LEVEL SECURITY;
ALTER TABLE parameters FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON parameters USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                              WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON parameters TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON parameters TO dc_app;

-- Stores what devices reported. Runs as the caller, under the caller's row-level security; unchanged values write nothing.
CREATE FUNCTION sys.store_parameters(devices uuid[], paths text[], vals text[], types text[], writables boolean[], origin text)
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
        SELECT DISTINCT ON (v.device, x.id) tenant, v.device, x.id, v.value, v.type, v.writable, origin
        FROM unnest(devices, paths, vals, types, writables) WITH ORDINALITY v(device, path, value, type, writable, n)
        JOIN public.parameter_paths x ON x.tenant_id = tenant AND x.path = v.path
        JOIN public.devices d ON d.tenant_id = tenant AND d.id = v.device
        ORDER BY v.device, x.id, v.n DESC
        ON CONFLICT (tenant_id, device_id, path_id) DO UPDATE
            SET value = excluded.value, type = excluded.type, writable = coalesce(excluded.writable, t.writable),
                source = excluded.source, changed_at = now()
            WHERE t.value IS DISTINCT FROM excluded.value OR t.type <> excluded.type
               OR (excluded.writable IS NOT NULL AND t.writable IS DISTINCT FROM excluded.writable);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;
REVOKE ALL ON FUNCTION sys.store_parameters FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.store_parameters TO dc_app;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (4, 'parameters', '0.1.0');
