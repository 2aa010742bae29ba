-- One identity, two places: from where a device's sessions were opened, and what was seen that does not go together.

-- The last distinct places of a device by a protocol, the newest first, at most four: [{"remote", "user", "certificate", "manufacturer", "model", "hardware", "at"}].
ALTER TABLE connections ADD COLUMN places jsonb CHECK (jsonb_typeof(places) = 'array' AND length(places::text) <= 8000);

-- Two places that claimed one identity. One row for the same two, with a count.
CREATE TABLE identity_collisions (
    tenant_id   uuid NOT NULL REFERENCES tenants (id),
    id          uuid NOT NULL,
    device_id   uuid NOT NULL,
    protocol    text NOT NULL CHECK (protocol ~ '^[a-z][a-z0-9-]{0,31}$'),
    kind        text NOT NULL CHECK (kind IN ('address', 'credentials', 'certificate', 'hardware')),
    -- What tells the two from each other, in the form "kind:value"; 'pair' is both, in order.
    known_mark  text NOT NULL CHECK (length(known_mark) BETWEEN 1 AND 700),
    other_mark  text NOT NULL CHECK (length(other_mark) BETWEEN 1 AND 700),
    pair        bytea NOT NULL CHECK (length(pair) = 32),
    known       jsonb NOT NULL,
    other       jsonb NOT NULL,
    -- The other one did not prove the identity, and was not let in.
    refused     boolean NOT NULL DEFAULT false,
    calls       integer NOT NULL DEFAULT 1,
    first_at    timestamptz NOT NULL DEFAULT now(),
    last_at     timestamptz NOT NULL DEFAULT now(),
    state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'blocked', 'moved', 'ignored')),
    resolved_at timestamptz,
    resolved_by text CHECK (length(resolved_by) <= 300),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, device_id, protocol, pair),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
    CHECK ((state = 'open') = (resolved_at IS NULL))
);
ALTER TABLE identity_collisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_collisions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON identity_collisions USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON identity_collisions TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity_collisions TO dc_app;
CREATE INDEX identity_collisions_time ON identity_collisions (tenant_id, last_at DESC);
-- What a call asks: is one of its marks blocked?
CREATE INDEX identity_collisions_blocked ON identity_collisions (tenant_id) WHERE state = 'blocked';
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (48, 'identity_collisions', '0.1.0');
