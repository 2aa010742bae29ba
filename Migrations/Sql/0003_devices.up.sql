CREATE TABLE devices (
    tenant_id       uuid NOT NULL REFERENCES tenants (id),
    id              uuid NOT NULL,
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    serial_number   text NOT NULL DEFAULT '' CHECK (length(serial_number) <= 200),
    manufacturer    text NOT NULL DEFAULT '' CHECK (length(manufacturer) <= 200),
    model           text NOT NULL DEFAULT '' CHECK (length(model) <= 200),
    address         text NOT NULL DEFAULT '' CHECK (length(address) <= 255),
    site            text NOT NULL DEFAULT '' CHECK (length(site) <= 200),
    tags            text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 50),
    notes           text NOT NULL DEFAULT '' CHECK (length(notes) <= 4000),
    last_contact_at timestamptz,
    last_failure_at timestamptz,
    last_failure    text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    -- Sort keys: what a list shows, folded once, so that a keyset page is one index range.
    name_key        text GENERATED ALWAYS AS (lower(name)) STORED,
    model_key       text GENERATED ALWAYS AS (lower(model)) STORED,
    -- What the search box looks through.
    search          text GENERATED ALWAYS AS (lower(name || ' ' || serial_number || ' ' || manufacturer || ' ' || model || ' ' || address || ' ' || site)) STORED,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON devices USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                           WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON devices TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON devices TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON devices TO dc_app;
GRANT SELECT ON devices TO dc_system;

-- A serial number is unique within its tenant only; empty means unknown.
CREATE UNIQUE INDEX devices_serial ON devices (tenant_id, serial_number) WHERE serial_number <> '';
CREATE INDEX devices_by_name ON devices (tenant_id, name_key, id);
CREATE INDEX devices_by_model ON devices (tenant_id, model_key, id);
CREATE INDEX devices_by_contact ON devices (tenant_id, (coalesce(last_contact_at, '-infinity'::timestamptz)), id);
CREATE INDEX devices_by_created ON devices (tenant_id, created_at, id);
CREATE INDEX devices_search ON devices USING gin (tenant_id, search gin_trgm_ops);
CREATE INDEX devices_tags ON devices USING gin (tenant_id, tags);

-- How one protocol reaches a device, or how the device proves itself. Secrets are sealed by the application
-- (AES-256-GCM under the master key, bound to tenant, device and protocol) and never leave in the clear.
CREATE TABLE device_endpoints (
    tenant_id       uuid NOT NULL,
    device_id       uuid NOT NULL,
    protocol        text NOT NULL CHECK (protocol ~ '^[a-z][a-z0-9-]{0,31}$'),
    identity        text CHECK (length(identity) BETWEEN 1 AND 255),
    settings        jsonb NOT NULL DEFAULT '{}',
    secrets         bytea,
    -- Which credentials are set; their values are not readable.
    secret_fields   text[] NOT NULL DEFAULT '{}',
    last_contact_at timestamptz,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, device_id, protocol),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE device_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_endpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON device_endpoints USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON device_endpoints TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON device_endpoints TO dc_app;
CREATE UNIQUE INDEX device_endpoints_identity ON device_endpoints (tenant_id, protocol, identity) WHERE identity IS NOT NULL;

INSERT INTO sys.schema_versions (version, name, min_app) VALUES (3, 'devices', '0.1.0');
