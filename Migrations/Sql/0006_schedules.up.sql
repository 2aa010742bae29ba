-- A schedule's row is the truth; a reconciler makes Quartz equal to it. Quartz holds opaque ids only.
CREATE TABLE schedules (
    tenant_id   uuid NOT NULL REFERENCES tenants (id),
    id          uuid NOT NULL,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    cron        text NOT NULL CHECK (length(cron) BETWEEN 1 AND 200),
    time_zone   text NOT NULL DEFAULT 'UTC',
    protocol    text NOT NULL,
    operation   text NOT NULL,
    arguments   jsonb NOT NULL DEFAULT '{}',
    device_ids  uuid[] NOT NULL CHECK (cardinality(device_ids) BETWEEN 1 AND 10000),
    priority    smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 3),
    enabled     boolean NOT NULL DEFAULT true,
    created_by  text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    revision    integer NOT NULL DEFAULT 1,
    last_slot   timestamptz,
    last_error  text,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE schedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON schedules USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                             WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON schedules TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON schedules TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON schedules TO dc_app;
GRANT SELECT ON schedules TO dc_system;

-- The row that makes a slot fire once, however many schedulers there are.
CREATE TABLE schedule_slots (
    tenant_id   uuid NOT NULL,
    schedule_id uuid NOT NULL,
    slot        timestamptz NOT NULL,
    fired_at    timestamptz NOT NULL DEFAULT now(),
    jobs        integer NOT NULL,
    PRIMARY KEY (tenant_id, schedule_id, slot),
    FOREIGN KEY (tenant_id, schedule_id) REFERENCES schedules (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE schedule_slots ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule_slots FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON schedule_slots USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                  WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON schedule_slots TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON schedule_slots TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON schedule_slots TO dc_app;
GRANT SELECT, DELETE ON schedule_slots TO dc_system;

SET LOCAL ROLE dc_system;
-- What the reconciler compares with Quartz: opaque ids, the clock's part, and nothing of the work itself.
CREATE FUNCTION sys.enabled_schedules() RETURNS TABLE (tenant_id uuid, id uuid, cron text, time_zone text, revision integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.tenant_id, s.id, s.cron, s.time_zone, s.revision FROM public.schedules s JOIN public.tenants t ON t.id = s.tenant_id
    WHERE s.enabled AND t.status = 'active' ORDER BY s.tenant_id, s.id $$;
CREATE FUNCTION sys.delete_old_slots(keep interval) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    deleted bigint;
BEGIN
    IF keep < interval '1 day' THEN RAISE check_violation USING MESSAGE = 'at least one day must be kept'; END IF;
    DELETE FROM public.schedule_slots WHERE slot < now() - keep;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END $$;
REVOKE ALL ON FUNCTION sys.enabled_schedules, sys.delete_old_slots FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.enabled_schedules, sys.delete_old_slots TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (6, 'schedules', '0.1.0');
