-- Devices that call in: how they are let in, who tried, their sessions and what was said.

-- How a tenant takes in devices that it does not know yet, per protocol: the credential they come with, what is entered for a
-- device that is taken in, and whether somebody has to agree.
CREATE TABLE enrolments (
    tenant_id     uuid NOT NULL REFERENCES tenants (id),
    protocol      text NOT NULL CHECK (protocol ~ '^[a-z][a-z0-9-]{0,31}$'),
    policy        text NOT NULL DEFAULT 'approve' CHECK (policy IN ('block', 'approve', 'automatic')),
    -- The settings and credentials of a new device's endpoint; the credentials are what it must show to enrol.
    settings      jsonb NOT NULL DEFAULT '{}',
    secrets       bytea,
    secret_fields text[] NOT NULL DEFAULT '{}',
    updated_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, protocol)
);
ALTER TABLE enrolments ENABLE ROW LEVEL SECURITY;
ALTER TABLE enrolments FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON enrolments USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON enrolments TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON enrolments TO dc_app;

-- Devices that showed the enrolment credential and wait for somebody's decision; a blocked one stays so that it is not asked about again.
CREATE TABLE pending_devices (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    protocol  text NOT NULL,
    identity  text NOT NULL CHECK (length(identity) BETWEEN 1 AND 255),
    blocked   boolean NOT NULL DEFAULT false,
    remote    text,
    transport text NOT NULL DEFAULT '',
    facts     jsonb NOT NULL DEFAULT '{}',
    calls     integer NOT NULL DEFAULT 1,
    first_at  timestamptz NOT NULL DEFAULT now(),
    last_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, protocol, identity)
);
ALTER TABLE pending_devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE pending_devices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON pending_devices USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON pending_devices TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON pending_devices TO dc_app;

-- Calls that were not let in, for the listening panel: one row for the same caller and the same reason, with a count.
CREATE TABLE call_attempts (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id        bytea NOT NULL CHECK (length(id) = 16),
    protocol  text NOT NULL,
    identity  text NOT NULL,
    remote    text,
    transport text NOT NULL,
    outcome   text NOT NULL CHECK (outcome IN ('refused', 'pending')),
    reason    text NOT NULL,
    calls     integer NOT NULL,
    first_at  timestamptz NOT NULL DEFAULT now(),
    last_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE call_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON call_attempts USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON call_attempts TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON call_attempts TO dc_system USING (true) WITH CHECK (true);
CREATE INDEX call_attempts_time ON call_attempts (tenant_id, last_at DESC);
GRANT SELECT, INSERT, UPDATE, DELETE ON call_attempts TO dc_app;
GRANT SELECT, DELETE ON call_attempts TO dc_system;

-- Addresses beside the built-in ones: what is burnt into a fleet. A call to host, port and path is answered by the built-in
-- address 'target', which carries a tenant's slug or is the protocol's shared one. Null matches everything.
CREATE TABLE listeners (
    id         uuid PRIMARY KEY,
    host       text CHECK (length(host) BETWEEN 1 AND 255 AND host = lower(host)),
    port       integer CHECK (port BETWEEN 1 AND 65535),
    path       text NOT NULL CHECK (path ~ '^/' AND length(path) <= 500),
    target     text NOT NULL CHECK (target ~ '^/' AND length(target) <= 500),
    note       text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (host, port, path)
);
GRANT SELECT ON listeners TO dc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON listeners TO dc_system;
INSERT INTO listeners (id, path, target, note) VALUES
    (gen_random_uuid(), '/', '/cwmp', 'Customer-premises equipment whose ACS URL is a bare host name, as on port 7547.'),
    (gen_random_uuid(), '/api/v2/device', '/webpa/api/v2/device', 'What parodus always calls.');

-- A device's own end of a job that it reports later, by itself: the name that the report will carry.
ALTER TABLE jobs ADD COLUMN continuation text CHECK (length(continuation) BETWEEN 1 AND 200);
CREATE INDEX jobs_continuation ON jobs (tenant_id, device_id, continuation) WHERE continuation IS NOT NULL AND state = 'queued';

-- On a shared listener every device of that identity is a candidate; the credential decides between them.
GRANT SELECT (tenant_id, device_id, protocol, identity) ON device_endpoints TO dc_system;
CREATE POLICY system ON device_endpoints TO dc_system USING (true) WITH CHECK (true);
CREATE INDEX device_endpoints_by_identity ON device_endpoints (protocol, identity) WHERE identity IS NOT NULL;

-- Tells every node that something of a tenant changed which is no job: a topic and what it is about, sent at commit.
-- Payload: topic ':' tenant in hex ':' keys parted by ','; '*' in place of more keys than a payload holds.
CREATE FUNCTION sys.notify_change(topic text, tenant uuid, keys text[]) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    list text := array_to_string(keys, ',');
BEGIN
    PERFORM pg_notify('dc_changes', topic || ':' || replace(tenant::text, '-', '') || ':' || CASE WHEN length(list) > 7800 THEN '*' ELSE coalesce(list, '') END);
END $$;
REVOKE ALL ON FUNCTION sys.notify_change FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.notify_change TO dc_app;

-- Forgets everything below some objects of some devices, pairwise; an object's path ends with a dot. Runs as the caller, under the caller's row-level security.
CREATE FUNCTION sys.forget_parameters(devices uuid[], objects text[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    forgotten bigint;
BEGIN
    -- '/' follows '.': everything that begins with the object is one range of the index.
    DELETE FROM public.parameters p USING unnest(devices, objects) AS o(device, object), public.parameter_paths x
        WHERE o.object LIKE '%.' AND x.tenant_id = tenant AND x.path >= o.object AND x.path < left(o.object, -1) || '/'
          AND p.tenant_id = tenant AND p.device_id = o.device AND p.path_id = x.id;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;
REVOKE ALL ON FUNCTION sys.forget_parameters FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.forget_parameters TO dc_app;

SET LOCAL ROLE dc_system;
CREATE FUNCTION sys.endpoints_of_identity(wanted_protocol text, wanted_identity text) RETURNS TABLE (tenant_id uuid, device_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT e.tenant_id, e.device_id FROM public.device_endpoints e JOIN public.tenants t ON t.id = e.tenant_id AND t.status = 'active'
          WHERE e.protocol = wanted_protocol AND e.identity = wanted_identity ORDER BY e.tenant_id LIMIT 16 $$;

CREATE FUNCTION sys.platform_save_listener(wanted uuid, new_host text, new_port integer, new_path text, new_target text, new_note text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change listeners'; END IF;
    INSERT INTO public.listeners AS l (id, host, port, path, target, note) VALUES (wanted, new_host, new_port, new_path, new_target, new_note)
        ON CONFLICT (id) DO UPDATE SET host = excluded.host, port = excluded.port, path = excluded.path, target = excluded.target, note = excluded.note;
    RETURN FOUND;
END $$;

CREATE FUNCTION sys.platform_delete_listener(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change listeners'; END IF;
    DELETE FROM public.listeners l WHERE l.id = wanted;
    RETURN FOUND;
END $$;

CREATE FUNCTION sys.delete_old_calls(keep interval) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    deleted bigint;
BEGIN
    IF keep < interval '1 hour' THEN RAISE check_violation USING MESSAGE = 'at least one hour must be kept'; END IF;
    DELETE FROM public.call_attempts c WHERE c.last_at < now() - keep;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END $$;

-- One row a session of a device, from its opening on.
CREATE TABLE device_sessions (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    id        uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    protocol  text NOT NULL,
    transport text NOT NULL,
    remote    text,
    node      uuid NOT NULL,
    closed_at timestamptz,
    reason    text,
    failed    boolean NOT NULL DEFAULT false,
    jobs      integer NOT NULL DEFAULT 0
) PARTITION BY RANGE (opened_at);
CREATE INDEX device_sessions_device ON device_sessions (tenant_id, device_id, opened_at DESC);
CREATE INDEX device_sessions_time ON device_sessions (tenant_id, opened_at DESC);
CREATE INDEX device_sessions_id ON device_sessions (tenant_id, id);
ALTER TABLE device_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON device_sessions USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON device_sessions TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON device_sessions TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (closed_at, reason, failed, jobs) ON device_sessions TO dc_app;

-- What was said, as people read it, without credentials: one row a job, or a piece of a session.
CREATE TABLE traces (
    tenant_id  uuid NOT NULL,
    device_id  uuid NOT NULL,
    id         uuid NOT NULL,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    protocol   text NOT NULL,
    job_id     uuid,
    session_id uuid,
    attempt    integer,
    -- [{"at": time, "d": "in" | "out" | "note", "t": title, "b": body}]
    entries    jsonb NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX traces_device ON traces (tenant_id, device_id, at DESC);
CREATE INDEX traces_job ON traces (tenant_id, job_id) WHERE job_id IS NOT NULL;
CREATE INDEX traces_session ON traces (tenant_id, session_id) WHERE session_id IS NOT NULL;
ALTER TABLE traces ENABLE ROW LEVEL SECURITY;
ALTER TABLE traces FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON traces USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON traces TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON traces TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON traces TO dc_app;
SELECT sys.ensure_partitions();

REVOKE ALL ON FUNCTION sys.endpoints_of_identity, sys.platform_save_listener, sys.platform_delete_listener, sys.delete_old_calls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.endpoints_of_identity, sys.platform_save_listener, sys.platform_delete_listener, sys.delete_old_calls TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (10, 'gateway', '0.1.0');
