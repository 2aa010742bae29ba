-- Objects of one device that were read whole: what is stored below them from the same protocol and was not named goes. Values that came by another
-- protocol stay, because a device may show different parts of its tree to each. Rows of objects go where their instance has nothing any more; an object
-- outside of any instance stays, for not every protocol names what is empty. Runs as the caller, under the caller's row-level security.
CREATE FUNCTION sys.sweep_parameters(device uuid, objects text[], present text[], origin text) RETURNS bigint
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    object text;
    stored bigint[];
    gone bigint[];
    part bigint;
    swept bigint := 0;
BEGIN
    -- Arrays between the steps, because a join of both tables is planned badly where their statistics are old; and the texts as constants
    -- (EXECUTE), because only then a list of a thousand paths is looked up by its hash.
    stored := ARRAY(SELECT p.path_id FROM public.parameters p WHERE p.tenant_id = tenant AND p.device_id = device AND p.source = origin);
    FOREACH object IN ARRAY objects LOOP
        CONTINUE WHEN object NOT LIKE '%_.';
        EXECUTE $sql$
            SELECT array_agg(x.id) FROM public.parameter_paths x
            WHERE x.tenant_id = $1 AND x.id = ANY ($2) AND x.path > $3 AND x.path < $4 AND x.path <> ALL ($5)
              AND (x.path NOT LIKE '%.'
                   OR NOT EXISTS (SELECT FROM unnest($5) k WHERE starts_with(k, coalesce(substring(x.path from '^.*\.[0-9]+\.'), ''))))
            $sql$ INTO gone USING tenant, stored, object, left(object, -1) || '/', present;
        CONTINUE WHEN gone IS NULL;
        DELETE FROM public.parameters p WHERE p.tenant_id = tenant AND p.device_id = device AND p.path_id = ANY (gone);
        GET DIAGNOSTICS part = ROW_COUNT;
        swept := swept + part;
    END LOOP;
    RETURN swept;
END $$;
REVOKE ALL ON FUNCTION sys.sweep_parameters FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.sweep_parameters TO dc_app;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (16, 'whole_subtrees', '0.1.0');
