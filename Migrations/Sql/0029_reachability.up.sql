-- By which ways a device can be asked to call in: when each was tried last, worked last and failed last.
CREATE TABLE device_reachability (
    tenant_id  uuid NOT NULL,
    device_id  uuid NOT NULL,
    protocol   text NOT NULL CHECK (protocol ~ '^[a-z][a-z0-9-]{0,31}$'),
    -- In the protocol's words: HTTP, UDP
    way        text NOT NULL CHECK (length(way) BETWEEN 1 AND 40),
    asked_at   timestamptz NOT NULL,
    success_at timestamptz,
    failure_at timestamptz,
    failure    text CHECK (length(failure) <= 2000),
    PRIMARY KEY (tenant_id, device_id, protocol, way),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE device_reachability ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_reachability FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON device_reachability USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                      WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON device_reachability TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON device_reachability TO dc_app;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (29, 'reachability', '0.1.0');
