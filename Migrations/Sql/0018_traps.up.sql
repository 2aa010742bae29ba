-- Receivers of notifications: who they are towards devices (RFC 3414 §2.2), one for each receiving address over all nodes. The engine's time is
-- the time since started_at, so it goes on over every restart; boots grows only when the clock itself went back.
CREATE TABLE notification_engines (
    receiver   text PRIMARY KEY CHECK (length(receiver) BETWEEN 1 AND 255),
    engine_id  bytea NOT NULL CHECK (length(engine_id) BETWEEN 5 AND 32),
    boots      integer NOT NULL DEFAULT 1 CHECK (boots > 0),
    started_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON notification_engines TO dc_app;

-- A datagram has no session and names no tenant: every device that is reached at its source is a candidate, and the credential decides between them.
GRANT SELECT (settings) ON device_endpoints TO dc_system;
CREATE INDEX device_endpoints_by_host ON device_endpoints (protocol, (settings ->> 'host'));

SET LOCAL ROLE dc_system;
CREATE FUNCTION sys.endpoints_at(wanted_protocol text, hosts text[]) RETURNS TABLE (tenant_id uuid, device_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT e.tenant_id, e.device_id FROM public.device_endpoints e JOIN public.tenants t ON t.id = e.tenant_id AND t.status = 'active'
          WHERE e.protocol = wanted_protocol AND e.settings ->> 'host' = ANY (hosts) ORDER BY e.tenant_id, e.device_id LIMIT 1000 $$;
REVOKE ALL ON FUNCTION sys.endpoints_at FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.endpoints_at TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (18, 'traps', '0.1.0');
