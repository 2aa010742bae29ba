-- Alarms: conditions of devices that somebody has to know of, one row a device and key for as long as the device exists.
CREATE TABLE alarms (
    tenant_id        uuid NOT NULL,
    id               uuid NOT NULL,
    device_id        uuid NOT NULL,
    -- What tells the condition from others of the device: 'link.3', 'threshold.cpu'.
    key              text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    -- Who noticed: a protocol's id, 'polling'.
    source           text NOT NULL CHECK (length(source) BETWEEN 1 AND 50),
    -- ITU-T X.733 clause 8.1.2.3.
    severity         text NOT NULL CHECK (severity IN ('critical', 'major', 'minor', 'warning', 'indeterminate')),
    rank             smallint NOT NULL GENERATED ALWAYS AS (CASE severity WHEN 'critical' THEN 5 WHEN 'major' THEN 4 WHEN 'minor' THEN 3 WHEN 'warning' THEN 2 ELSE 1 END) STORED,
    text             text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
    detail           jsonb,
    state            text NOT NULL CHECK (state IN ('raised', 'cleared')),
    count            integer NOT NULL DEFAULT 1,
    first_at         timestamptz NOT NULL DEFAULT now(),
    raised_at        timestamptz NOT NULL DEFAULT now(),
    last_at          timestamptz NOT NULL DEFAULT now(),
    cleared_at       timestamptz,
    cleared_by       text,
    acknowledged_at  timestamptz,
    acknowledged_by  text,
    note             text CHECK (length(note) <= 1000),
    suppressed_until timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, device_id, key),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
    CHECK ((state = 'cleared') = (cleared_at IS NOT NULL)),
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
);
ALTER TABLE alarms ENABLE ROW LEVEL SECURITY;
ALTER TABLE alarms FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON alarms USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON alarms TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON alarms TO dc_system USING (true) WITH CHECK (true);
CREATE INDEX alarms_raised ON alarms (tenant_id, rank DESC, raised_at DESC, id DESC) WHERE state = 'raised';
CREATE INDEX alarms_time ON alarms (tenant_id, raised_at DESC, id DESC);
GRANT SELECT, INSERT, UPDATE ON alarms TO dc_app;
GRANT SELECT, DELETE ON alarms TO dc_system;

-- Rules that make alarms of events. A built-in rule that a tenant has changed stands here under its code.
CREATE TABLE alarm_rules (
    tenant_id  uuid NOT NULL REFERENCES tenants (id),
    id         uuid NOT NULL,
    builtin    text CHECK (length(builtin) BETWEEN 1 AND 50),
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    enabled    boolean NOT NULL DEFAULT true,
    -- Kinds of events or OIDs of traps, '*' for any rest.
    raise_on   text[] NOT NULL CHECK (cardinality(raise_on) BETWEEN 1 AND 20),
    clear_on   text[] NOT NULL DEFAULT '{}' CHECK (cardinality(clear_on) <= 20),
    severity   text NOT NULL CHECK (severity IN ('critical', 'major', 'minor', 'warning', 'indeterminate')),
    key        text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    text       text NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, builtin)
);
ALTER TABLE alarm_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE alarm_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON alarm_rules USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON alarm_rules TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON alarm_rules TO dc_app;

-- Silence by rule: alarms that fit are kept, but shown and counted as suppressed until then.
CREATE TABLE alarm_suppressions (
    tenant_id  uuid NOT NULL REFERENCES tenants (id),
    id         uuid NOT NULL,
    -- Null: every device.
    device_id  uuid,
    -- '*' stands for any text.
    key        text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    until      timestamptz NOT NULL,
    reason     text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE alarm_suppressions ENABLE ROW LEVEL SECURITY;
ALTER TABLE alarm_suppressions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON alarm_suppressions USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON alarm_suppressions TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON alarm_suppressions TO dc_app;

SET LOCAL ROLE dc_system;
-- What became of an alarm, change by change.
CREATE TABLE alarm_history (
    tenant_id uuid NOT NULL,
    alarm_id  uuid NOT NULL,
    device_id uuid NOT NULL,
    id        uuid NOT NULL DEFAULT gen_random_uuid(),
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    what      text NOT NULL,
    severity  text NOT NULL,
    text      text NOT NULL,
    actor     text NOT NULL,
    note      text
) PARTITION BY RANGE (at);
CREATE INDEX alarm_history_alarm ON alarm_history (tenant_id, alarm_id, at DESC);
ALTER TABLE alarm_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE alarm_history FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON alarm_history USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON alarm_history TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON alarm_history TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON alarm_history TO dc_app;

-- The log of all devices, the newest first.
CREATE INDEX device_events_log ON device_events (tenant_id, at DESC);

CREATE FUNCTION sys.alarm_gauges() RETURNS TABLE (severity text, acknowledged boolean, alarms bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT a.severity, a.acknowledged_at IS NOT NULL, count(*) FROM public.alarms a
          WHERE a.state = 'raised' AND (a.suppressed_until IS NULL OR a.suppressed_until <= now()) GROUP BY 1, 2 $$;

CREATE FUNCTION sys.delete_old_alarms(keep interval) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    deleted bigint;
BEGIN
    IF keep < interval '1 day' THEN RAISE check_violation USING MESSAGE = 'at least one day must be kept'; END IF;
    DELETE FROM public.alarms a WHERE a.state = 'cleared' AND a.cleared_at < now() - keep;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END $$;
SELECT sys.ensure_partitions();
REVOKE ALL ON FUNCTION sys.alarm_gauges, sys.delete_old_alarms FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.alarm_gauges, sys.delete_old_alarms TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (20, 'alarms', '0.1.0');
