-- Append-only: the application may insert and read, never change or delete. Retention drops whole partitions.
-- Partitioned tables belong to dc_system: only an owner may add and drop partitions.
SET LOCAL ROLE dc_system;
CREATE TABLE audit (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_kind  text NOT NULL CHECK (actor_kind IN ('user', 'client', 'system')),
    actor_id    uuid,
    actor_name  text NOT NULL,
    action      text NOT NULL,
    target_kind text NOT NULL,
    target_id   text NOT NULL DEFAULT '',
    summary     text NOT NULL,
    before      jsonb,
    after       jsonb
) PARTITION BY RANGE (at);
CREATE INDEX audit_time ON audit (tenant_id, at DESC);
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                         WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON audit TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON audit TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON audit TO dc_app;

CREATE TABLE device_events (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    id        uuid NOT NULL,
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    protocol  text NOT NULL,
    kind      text NOT NULL,
    message   text NOT NULL,
    detail    jsonb
) PARTITION BY RANGE (at);
CREATE INDEX device_events_time ON device_events (tenant_id, device_id, at DESC);
ALTER TABLE device_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON device_events USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                 WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON device_events TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON device_events TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON device_events TO dc_app;
SELECT sys.ensure_partitions();
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (7, 'audit and events', '0.1.0');
