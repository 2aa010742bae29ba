-- A trap of SNMPv3 that a trusted forwarder brings says by its engine whose it is; the authentication of that device's user proves it.
CREATE INDEX device_endpoints_by_engine ON device_endpoints (protocol, (replace(translate(lower(settings ->> 'engineId'), ' :-', ''), '0x', ''))) WHERE settings ? 'engineId';

SET LOCAL ROLE dc_system;
CREATE FUNCTION sys.endpoints_of_engine(wanted_protocol text, engine text) RETURNS TABLE (tenant_id uuid, device_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT e.tenant_id, e.device_id FROM public.device_endpoints e JOIN public.tenants t ON t.id = e.tenant_id AND t.status = 'active'
          WHERE e.protocol = wanted_protocol AND e.settings ? 'engineId' AND replace(translate(lower(e.settings ->> 'engineId'), ' :-', ''), '0x', '') = engine
          ORDER BY e.tenant_id, e.device_id LIMIT 100 $$;
REVOKE ALL ON FUNCTION sys.endpoints_of_engine FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.endpoints_of_engine TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (69, 'engine_of_device', '0.1.0');
