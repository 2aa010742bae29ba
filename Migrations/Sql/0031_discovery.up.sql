-- Looking for devices in address ranges: what is looked for where, how far it has come, and what was found.
CREATE TABLE discovery_scans (
    tenant_id     uuid NOT NULL REFERENCES tenants (id),
    id            uuid NOT NULL,
    protocol      text NOT NULL CHECK (protocol ~ '^[a-z][a-z0-9-]{0,31}$'),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- As they were entered: addresses, networks, from-to.
    ranges        text[] NOT NULL,
    port          integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    rate          integer NOT NULL CHECK (rate BETWEEN 1 AND 1000),
    timeout_ms    integer NOT NULL CHECK (timeout_ms BETWEEN 100 AND 10000),
    retries       integer NOT NULL CHECK (retries BETWEEN 0 AND 5),
    repeat_hours  integer CHECK (repeat_hours BETWEEN 1 AND 8760),
    state         text NOT NULL CHECK (state IN ('idle', 'queued', 'running', 'completed', 'cancelled', 'failed')),
    reason        text,
    -- Addresses in all, and how many of them from the first on are done: after a crash it goes on there.
    total         bigint NOT NULL,
    position      bigint NOT NULL DEFAULT 0,
    cancel_asked  text,
    worker        uuid,
    lease_until   timestamptz,
    next_at       timestamptz,
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    started_at    timestamptz,
    finished_at   timestamptz,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE discovery_scans ENABLE ROW LEVEL SECURITY;
ALTER TABLE discovery_scans FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON discovery_scans USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                 WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON discovery_scans TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON discovery_scans TO dc_system USING (true) WITH CHECK (true);
CREATE INDEX discovery_scans_open ON discovery_scans (created_at) WHERE state IN ('queued', 'running') OR next_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON discovery_scans TO dc_app;
GRANT SELECT, UPDATE ON discovery_scans TO dc_system;

-- The credentials that a scan tries, in this order.
CREATE TABLE discovery_scan_templates (
    tenant_id   uuid NOT NULL,
    scan_id     uuid NOT NULL,
    place       integer NOT NULL,
    template_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, scan_id, place),
    FOREIGN KEY (tenant_id, scan_id) REFERENCES discovery_scans (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT discovery_scan_templates_template FOREIGN KEY (tenant_id, template_id) REFERENCES credential_templates (tenant_id, id)
);
ALTER TABLE discovery_scan_templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE discovery_scan_templates FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON discovery_scan_templates USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                          WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON discovery_scan_templates TO dc_migrator USING (true) WITH CHECK (true);
CREATE INDEX discovery_scan_templates_used ON discovery_scan_templates (tenant_id, template_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON discovery_scan_templates TO dc_app;

-- What answered: a proposal until it is a device.
CREATE TABLE discovery_findings (
    tenant_id   uuid NOT NULL,
    scan_id     uuid NOT NULL,
    address     inet NOT NULL,
    seen_at     timestamptz NOT NULL,
    name        text NOT NULL DEFAULT '' CHECK (length(name) <= 255),
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 1000),
    kind        text NOT NULL DEFAULT '' CHECK (length(kind) <= 1400),
    vendor      text NOT NULL DEFAULT '' CHECK (length(vendor) <= 200),
    -- What tells the device from all others, in the protocol's words (an engine ID); null where it told none.
    identity    text CHECK (length(identity) <= 255),
    -- The credentials that fit; null: none of them did.
    template_id uuid,
    note        text CHECK (length(note) <= 500),
    device_id   uuid,
    known_by    text CHECK (known_by IN ('address', 'identity', 'accepted')),
    PRIMARY KEY (tenant_id, scan_id, address),
    FOREIGN KEY (tenant_id, scan_id) REFERENCES discovery_scans (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE SET NULL (device_id),
    FOREIGN KEY (tenant_id, template_id) REFERENCES credential_templates (tenant_id, id) ON DELETE SET NULL (template_id)
);
ALTER TABLE discovery_findings ENABLE ROW LEVEL SECURITY;
ALTER TABLE discovery_findings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON discovery_findings USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON discovery_findings TO dc_migrator USING (true) WITH CHECK (true);
CREATE INDEX discovery_findings_identity ON discovery_findings (tenant_id, identity) WHERE device_id IS NOT NULL;
CREATE INDEX discovery_findings_device ON discovery_findings (tenant_id, device_id) WHERE device_id IS NOT NULL;
CREATE INDEX discovery_findings_template ON discovery_findings (tenant_id, template_id) WHERE template_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON discovery_findings TO dc_app;

SET LOCAL ROLE dc_system;
-- The next scan that is due, of any tenant: asked for, to be repeated, or left by a node that is gone. One at a time a tenant.
CREATE FUNCTION sys.claim_scan(claimer uuid, lease interval) RETURNS TABLE (tenant_id uuid, scan_id uuid)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH due AS MATERIALIZED (
        SELECT s.tenant_id, s.id FROM public.discovery_scans s JOIN public.tenants t ON t.id = s.tenant_id AND t.status = 'active'
        WHERE (s.state = 'queued' OR s.state = 'running' AND s.lease_until < now() OR s.state NOT IN ('queued', 'running') AND s.next_at <= now())
          AND NOT EXISTS (SELECT FROM public.discovery_scans r WHERE r.tenant_id = s.tenant_id AND r.state = 'running' AND r.lease_until >= now())
        ORDER BY s.created_at LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
    UPDATE public.discovery_scans s SET state = 'running', worker = claimer, lease_until = now() + lease, next_at = NULL, finished_at = NULL, reason = NULL,
        -- What was left by another node goes on where it stood.
        position = CASE WHEN s.state = 'running' THEN s.position ELSE 0 END, cancel_asked = CASE WHEN s.state = 'running' THEN s.cancel_asked END,
        started_at = CASE WHEN s.state = 'running' THEN s.started_at ELSE now() END
    FROM due WHERE s.tenant_id = due.tenant_id AND s.id = due.id RETURNING s.tenant_id, s.id $$;

-- Devices that are entered by name: their names are resolved beside the receiver of notifications, so that what they send is theirs too.
CREATE FUNCTION sys.endpoints_by_name(wanted_protocol text) RETURNS TABLE (tenant_id uuid, device_id uuid, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT e.tenant_id, e.device_id, lower(e.settings ->> 'host') FROM public.device_endpoints e JOIN public.tenants t ON t.id = e.tenant_id AND t.status = 'active'
          WHERE e.protocol = wanted_protocol AND e.settings ->> 'host' ~ '[a-zA-Z_]' AND e.settings ->> 'host' NOT LIKE '%:%' ORDER BY e.tenant_id, e.device_id LIMIT 50000 $$;
REVOKE ALL ON FUNCTION sys.claim_scan, sys.endpoints_by_name FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.claim_scan, sys.endpoints_by_name TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (31, 'discovery', '0.1.0');
