-- The queue. Work lives here; a state changes in one guarded statement, and what must hold is repeated as a CHECK.
CREATE TABLE jobs (
    tenant_id        uuid NOT NULL,
    id               uuid NOT NULL,
    device_id        uuid NOT NULL,
    protocol         text NOT NULL,
    operation        text NOT NULL,
    arguments        jsonb NOT NULL DEFAULT '{}',
    state            text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'expired')),
    priority         smallint NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 3),
    -- True: only the node that holds the device's session may claim it. False: any worker may.
    session_bound    boolean NOT NULL,
    -- False: what it asks must not be repeated when nobody knows whether the device already did it.
    idempotent       boolean NOT NULL DEFAULT true,
    run_at           timestamptz NOT NULL DEFAULT now(),
    expires_at       timestamptz,
    timeout_ms       integer NOT NULL CHECK (timeout_ms BETWEEN 1 AND 86400000),
    attempt          integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts     integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 100),
    worker           uuid,
    cancel_requested boolean NOT NULL DEFAULT false,
    wait_reason      text,
    -- The last attempt's fault: class, code, message, detail.
    fault            jsonb,
    summary          text,
    idempotency_key  text CHECK (length(idempotency_key) BETWEEN 1 AND 200),
    retry_of         uuid,
    schedule_id      uuid,
    slot             timestamptz,
    created_by       text NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    finished_at      timestamptz,
    -- Grows with every change: whoever holds a copy knows which of two is newer.
    revision         integer NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, retry_of) REFERENCES jobs (tenant_id, id) ON DELETE SET NULL (retry_of),
    CONSTRAINT attempts_within_maximum CHECK (attempt <= max_attempts),
    CONSTRAINT running_has_a_worker CHECK ((state = 'running') = (worker IS NOT NULL)),
    CONSTRAINT running_has_started CHECK (state <> 'running' OR (attempt >= 1 AND started_at IS NOT NULL)),
    CONSTRAINT ended_has_a_time CHECK ((state IN ('completed', 'failed', 'cancelled', 'expired')) = (finished_at IS NOT NULL)),
    CONSTRAINT failed_has_a_fault CHECK (state <> 'failed' OR fault IS NOT NULL),
    CONSTRAINT completed_has_no_fault CHECK (state <> 'completed' OR fault IS NULL),
    -- Only what was tried can have worked or failed; what waits has a try left.
    CONSTRAINT tried_before_it_ended CHECK (state NOT IN ('completed', 'failed') OR (attempt >= 1 AND started_at IS NOT NULL)),
    CONSTRAINT queued_has_an_attempt_left CHECK (state <> 'queued' OR attempt < max_attempts)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON jobs USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                        WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON jobs TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON jobs TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON jobs TO dc_app;
GRANT SELECT, UPDATE, DELETE ON jobs TO dc_system;

-- What a claim reads, in the order it takes them.
CREATE INDEX jobs_queued ON jobs (tenant_id, device_id, session_bound, priority DESC, run_at, id) WHERE state = 'queued';
-- At most one live attempt a device, whatever the code does.
CREATE UNIQUE INDEX jobs_running ON jobs (tenant_id, device_id) WHERE state = 'running';
CREATE UNIQUE INDEX jobs_idempotency ON jobs (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX jobs_expiry ON jobs (expires_at) WHERE state = 'queued' AND expires_at IS NOT NULL;
CREATE INDEX jobs_retry_of ON jobs (tenant_id, retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX jobs_of_device ON jobs (tenant_id, device_id, id);
CREATE INDEX jobs_failed ON jobs (tenant_id, id) WHERE state = 'failed';

-- A job that has ended never changes again, not even by the migrator's hand; only retention may cut its link to a deleted one.
CREATE FUNCTION sys.refuse_change_of_ended_job() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('job %s is %s and cannot change', OLD.id, OLD.state), CONSTRAINT = 'ended_job_is_final';
END $$;
REVOKE ALL ON FUNCTION sys.refuse_change_of_ended_job FROM PUBLIC;
CREATE TRIGGER ended_job_is_final BEFORE UPDATE ON jobs FOR EACH ROW
    WHEN (OLD.finished_at IS NOT NULL AND NOT (OLD.retry_of IS NOT NULL AND NEW.retry_of IS NULL AND OLD.revision = NEW.revision AND OLD.state = NEW.state))
    EXECUTE FUNCTION sys.refuse_change_of_ended_job();

-- What the device answered; apart from jobs, so that the queue's rows stay narrow.
CREATE TABLE job_results (
    tenant_id uuid NOT NULL,
    job_id    uuid NOT NULL,
    -- [{"p": path, "v": value, "t": type, "x": raw hex}]
    vals      jsonb NOT NULL,
    value_count integer NOT NULL,
    PRIMARY KEY (tenant_id, job_id),
    FOREIGN KEY (tenant_id, job_id) REFERENCES jobs (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE job_results ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_results FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON job_results USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                               WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON job_results TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON job_results TO dc_app;

-- One row a device that ever had a job: the thing that a claim locks.
CREATE TABLE lanes (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    running   uuid,
    -- When a dial-out job of this device may start; null when none waits. Too early is harmless (the claim corrects it), too late is not.
    next_at   timestamptz,
    priority  smallint NOT NULL DEFAULT 1,
    -- When a worker should ask the device to call in; null when no session-bound job waits.
    wake_at   timestamptz,
    PRIMARY KEY (tenant_id, device_id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
-- Small, and rewritten twice a job.
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE lanes ENABLE ROW LEVEL SECURITY;
ALTER TABLE lanes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON lanes USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                         WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON lanes TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON lanes TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON lanes TO dc_app;
GRANT SELECT, UPDATE ON lanes TO dc_system;
CREATE INDEX lanes_ready ON lanes (tenant_id, priority, next_at) WHERE running IS NULL AND next_at IS NOT NULL;
CREATE INDEX lanes_wake ON lanes (wake_at) WHERE wake_at IS NOT NULL;

-- Which node holds a device's session; the higher epoch wins.
CREATE TABLE connections (
    tenant_id   uuid NOT NULL,
    device_id   uuid NOT NULL,
    protocol    text NOT NULL,
    node        uuid NOT NULL,
    epoch       bigint NOT NULL,
    lease_until timestamptz NOT NULL,
    opened_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, device_id, protocol),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE connections ENABLE ROW LEVEL SECURITY;
ALTER TABLE connections FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON connections USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                               WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON connections TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON connections TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON connections TO dc_app;
GRANT SELECT ON connections TO dc_system;

-- Processes that run jobs. A worker's lease is the lease of every job it runs: one heartbeat, one row.
CREATE TABLE workers (
    id          uuid PRIMARY KEY,
    node        text NOT NULL,
    version     text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON workers TO dc_app;
GRANT SELECT, UPDATE (lease_until), DELETE ON workers TO dc_system;

SET LOCAL ROLE dc_system;
CREATE TABLE job_transitions (
    tenant_id uuid NOT NULL,
    job_id    uuid NOT NULL,
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    state     text NOT NULL,
    attempt   integer NOT NULL,
    worker    uuid,
    reason    text,
    -- The transaction that wrote it: a reader resumes from its snapshot's xmin, because sequence order is not commit order.
    xid       xid8 NOT NULL DEFAULT pg_current_xact_id()
) PARTITION BY RANGE (at);
CREATE INDEX job_transitions_job ON job_transitions (tenant_id, job_id);
-- For the last minutes and the last day only: a range of time is a range of pages here, and the index stays tiny.
CREATE INDEX job_transitions_at ON job_transitions USING brin (at) WITH (pages_per_range = 16);
ALTER TABLE job_transitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_transitions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON job_transitions USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                   WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON job_transitions TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON job_transitions TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON job_transitions TO dc_app;
SELECT sys.ensure_partitions();

-- Tells every node which jobs changed: one notification a transaction, sent when it commits.
-- Payload: flags ':' then, parted by ';', a tenant and its jobs in hex, parted by ','. '*' instead of jobs, or of everything,
-- means: more than a payload holds, look for yourself. Flags: q = something waits for a worker, c = cancel was asked for, w = a device to wake.
CREATE FUNCTION sys.notify_jobs(flags text, tenants uuid[], jobs uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    payload text;
BEGIN
    IF jobs IS NULL OR cardinality(jobs) = 0 THEN RETURN; END IF;
    SELECT flags || ':' || string_agg(replace(g.t::text, '-', '') || ',' || g.list, ';') INTO payload FROM (
        SELECT x.t, CASE WHEN count(*) > 230 THEN '*' ELSE string_agg(replace(x.j::text, '-', ''), ',') END AS list
        FROM unnest(tenants, jobs) AS x(t, j) GROUP BY x.t) g;
    -- The server's limit is 7,999 bytes.
    IF length(payload) > 7900 THEN payload := flags || ':*'; END IF;
    PERFORM pg_notify('dc_jobs', payload);
END $$;

-- Claims up to n dial-out jobs, at most one a device, fair between tenants. Lock order everywhere: lane before job.
-- Several statements on purpose: those after the first have snapshots of their own, taken while the lanes are locked, so that a
-- job enqueued in between is seen and no lane goes to sleep with work in it.
--
-- Joins of a hundred rows with a table that may be large: by index and row by row, whatever the statistics of a queue that
-- fills and empties say: a hash join or a bitmap reads every queued job. coalesce() around a state keeps an update by primary
-- key from going through the partial index of that state, which looks small to the statistics and may not be.
CREATE FUNCTION sys.claim_jobs(claimer uuid, n integer, excluded uuid[])
    RETURNS SETOF jobs LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    tenants uuid[]; per integer; lane_tenants uuid[]; lane_devices uuid[]; claimed integer;
BEGIN
    -- A worker without a lease claims nothing: its jobs would be taken back at once.
    IF NOT EXISTS (SELECT FROM public.workers w WHERE w.id = claimer AND w.lease_until > now()) THEN RETURN; END IF;
    -- Tenants with work: a loose index scan, in a new order each time.
    WITH RECURSIVE t(id) AS (
        (SELECT l.tenant_id FROM public.lanes l WHERE l.running IS NULL AND l.next_at IS NOT NULL ORDER BY l.tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT l.tenant_id FROM public.lanes l WHERE l.tenant_id > t.id AND l.running IS NULL AND l.next_at IS NOT NULL
                ORDER BY l.tenant_id LIMIT 1) FROM t WHERE t.id IS NOT NULL)
    SELECT array_agg(t.id ORDER BY random()) INTO tenants FROM t JOIN public.tenants x ON x.id = t.id
        WHERE x.status = 'active' AND t.id <> ALL (excluded);
    IF tenants IS NULL THEN RETURN; END IF;
    per := greatest(1, ceil(n::numeric / cardinality(tenants))::integer);

    SELECT array_agg(x.tenant_id), array_agg(x.device_id) INTO lane_tenants, lane_devices FROM (
        SELECT y.tenant_id, y.device_id FROM unnest(tenants) AS q(id) CROSS JOIN LATERAL (
            SELECT z.tenant_id, z.device_id FROM (VALUES (3::smallint), (2::smallint), (1::smallint), (0::smallint)) AS p(priority) CROSS JOIN LATERAL (
                SELECT l.tenant_id, l.device_id FROM public.lanes l
                WHERE l.tenant_id = q.id AND l.priority = p.priority AND l.running IS NULL AND l.next_at <= now()
                ORDER BY l.next_at LIMIT per FOR UPDATE SKIP LOCKED) z
            LIMIT per) y
        LIMIT n) x;
    IF lane_tenants IS NULL THEN RETURN; END IF;

    RETURN QUERY
    WITH locked AS MATERIALIZED (SELECT * FROM unnest(lane_tenants, lane_devices) AS l(tenant_id, device_id)),
    picked AS MATERIALIZED (
        SELECT l.tenant_id, l.device_id, j.id FROM locked l CROSS JOIN LATERAL (
            SELECT q.id FROM public.jobs q
            WHERE q.tenant_id = l.tenant_id AND q.device_id = l.device_id AND NOT q.session_bound AND q.state = 'queued'
              AND q.run_at <= now() AND (q.expires_at IS NULL OR q.expires_at > now())
            ORDER BY q.priority DESC, q.run_at, q.id LIMIT 1) j),
    started AS (
        UPDATE public.jobs j SET state = 'running', worker = claimer, attempt = j.attempt + 1, started_at = clock_timestamp(),
               wait_reason = NULL, revision = j.revision + 1
        FROM picked p WHERE j.tenant_id = p.tenant_id AND j.id = p.id AND coalesce(j.state, '') = 'queued' AND j.attempt < j.max_attempts
        RETURNING j.*),
    told AS (
        INSERT INTO public.job_transitions (tenant_id, job_id, state, attempt, worker)
        SELECT s.tenant_id, s.id, 'running', s.attempt, claimer FROM started s),
    taken AS (
        UPDATE public.lanes a SET running = s.id FROM started s WHERE a.tenant_id = s.tenant_id AND a.device_id = s.device_id),
    note AS MATERIALIZED (SELECT sys.notify_jobs('', array_agg(s.tenant_id), array_agg(s.id)) FROM started s)
    SELECT s.* FROM started s CROSS JOIN note;
    GET DIAGNOSTICS claimed = ROW_COUNT;

    -- A lane without anything to start gets the time of its next job, or it would be scanned for ever. A statement of its own,
    -- because a job that was cancelled while it was being picked must not hide those behind it.
    IF claimed < cardinality(lane_devices) THEN
        UPDATE public.lanes a SET (next_at, priority) = (
            SELECT min(q.run_at), coalesce(max(q.priority), a.priority) FROM public.jobs q
            WHERE q.tenant_id = a.tenant_id AND q.device_id = a.device_id AND NOT q.session_bound AND q.state = 'queued'
              AND (q.expires_at IS NULL OR q.expires_at > now()))
        FROM unnest(lane_tenants, lane_devices) AS l(t, d) WHERE a.tenant_id = l.t AND a.device_id = l.d AND a.running IS NULL;
    END IF;
END $$;

-- Prolongs a worker's lease and names the running jobs that somebody wants cancelled. Not alive: the lease ran out or was taken.
CREATE FUNCTION sys.worker_heartbeat(worker_id uuid, lease interval) RETURNS TABLE (alive boolean, cancelled uuid[])
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.workers w SET lease_until = clock_timestamp() + lease WHERE w.id = worker_id AND w.lease_until > clock_timestamp();
    RETURN QUERY SELECT FOUND, ARRAY(SELECT j.id FROM public.jobs j WHERE j.state = 'running' AND j.worker = worker_id AND j.cancel_requested);
END $$;

-- What a worker runs in the eyes of the database: a claim whose answer got lost left jobs that nobody executes.
CREATE FUNCTION sys.worker_jobs(worker_id uuid)
    RETURNS TABLE (tenant_id uuid, job_id uuid, device_id uuid, protocol text, attempt integer, session_bound boolean, seconds double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT j.tenant_id, j.id, j.device_id, j.protocol, j.attempt, j.session_bound, extract(epoch FROM clock_timestamp() - j.started_at)::double precision
    FROM public.jobs j WHERE j.state = 'running' AND j.worker = worker_id $$;

-- Devices that should be asked to call in, each to one worker; asks again after a while as long as something waits.
CREATE FUNCTION sys.claim_wakes(n integer, again interval) RETURNS TABLE (tenant_id uuid, device_id uuid, protocol text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    lane_tenants uuid[]; lane_devices uuid[];
BEGIN
    SELECT array_agg(x.tenant_id), array_agg(x.device_id) INTO lane_tenants, lane_devices FROM (
        SELECT l.tenant_id, l.device_id FROM public.lanes l WHERE l.wake_at <= now() ORDER BY l.wake_at LIMIT n FOR UPDATE SKIP LOCKED) x;
    IF lane_tenants IS NULL THEN RETURN; END IF;
    UPDATE public.lanes a SET wake_at = (
        SELECT greatest(min(q.run_at), now() + again) FROM public.jobs q
        WHERE q.tenant_id = a.tenant_id AND q.device_id = a.device_id AND q.session_bound AND q.state = 'queued')
    FROM unnest(lane_tenants, lane_devices) AS l(t, d) WHERE a.tenant_id = l.t AND a.device_id = l.d;
    RETURN QUERY
    SELECT DISTINCT q.tenant_id, q.device_id, q.protocol
    FROM unnest(lane_tenants, lane_devices) AS l(t, d)
    JOIN public.jobs q ON q.tenant_id = l.t AND q.device_id = l.d AND q.session_bound AND q.state = 'queued' AND q.run_at <= now()
    JOIN public.tenants x ON x.id = q.tenant_id AND x.status = 'active'
    WHERE NOT EXISTS (SELECT FROM public.connections c WHERE c.tenant_id = q.tenant_id AND c.device_id = q.device_id
                      AND c.protocol = q.protocol AND c.lease_until > now());
END $$;

-- Takes back the jobs of workers whose lease ran out, and of workers nobody knows. Goes through all of them in steps of n,
-- so that what cannot be rescued now (locked) does not stand in the way of what can.
-- Returns the jobs that changed, and always one row without a job that says where to continue; no row at all at the end.
CREATE FUNCTION sys.rescue_jobs(n integer, after_tenant uuid, after_device uuid)
    RETURNS TABLE (tenant_id uuid, job_id uuid, state text, last_tenant uuid, last_device uuid)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    lost_tenants uuid[]; lost_devices uuid[]; lost_jobs uuid[]; end_tenant uuid; end_device uuid; locked_tenants uuid[]; locked_devices uuid[];
BEGIN
    SELECT array_agg(x.tenant_id), array_agg(x.device_id), array_agg(x.id) INTO lost_tenants, lost_devices, lost_jobs FROM (
        SELECT j.tenant_id, j.device_id, j.id FROM public.jobs j LEFT JOIN public.workers w ON w.id = j.worker
        WHERE j.state = 'running' AND (w.id IS NULL OR w.lease_until < now())
          AND (after_tenant IS NULL OR (j.tenant_id, j.device_id) > (after_tenant, after_device))
        ORDER BY j.tenant_id, j.device_id LIMIT n) x;
    IF lost_tenants IS NULL THEN RETURN; END IF;
    end_tenant := lost_tenants[cardinality(lost_tenants)];
    end_device := lost_devices[cardinality(lost_devices)];

    SELECT array_agg(x.tenant_id), array_agg(x.device_id) INTO locked_tenants, locked_devices FROM (
        SELECT l.tenant_id, l.device_id FROM public.lanes l JOIN unnest(lost_tenants, lost_devices) AS q(t, d) ON l.tenant_id = q.t AND l.device_id = q.d
        ORDER BY l.tenant_id, l.device_id FOR UPDATE OF l SKIP LOCKED) x;

    RETURN QUERY
    WITH freed AS (
        UPDATE public.jobs j SET
            state = CASE WHEN j.cancel_requested THEN 'cancelled' WHEN j.attempt < j.max_attempts AND j.idempotent THEN 'queued' ELSE 'failed' END,
            worker = NULL,
            finished_at = CASE WHEN j.cancel_requested OR j.attempt >= j.max_attempts OR NOT j.idempotent THEN clock_timestamp() END,
            run_at = CASE WHEN NOT j.cancel_requested AND j.attempt < j.max_attempts AND j.idempotent THEN now() + make_interval(secs => 1 + random() * 4) ELSE j.run_at END,
            fault = jsonb_build_object('class', 'Internal', 'code', 'engine.worker-lost', 'message',
                CASE WHEN j.idempotent THEN 'The server that ran this job stopped in the middle of it.'
                     ELSE 'The server that ran this job stopped in the middle of it. Nobody knows whether the device carried it out; look at the device before you run it again.' END),
            summary = 'The server that ran this job stopped in the middle of it.',
            revision = j.revision + 1
        FROM unnest(lost_tenants, lost_jobs) AS q(t, i), unnest(locked_tenants, locked_devices) AS k(t, d)
        WHERE j.tenant_id = q.t AND j.id = q.i AND k.t = j.tenant_id AND k.d = j.device_id AND coalesce(j.state, '') = 'running'
          AND NOT EXISTS (SELECT 1 FROM public.workers w WHERE w.id = j.worker AND w.lease_until >= now())
        RETURNING j.tenant_id, j.device_id, j.id, j.state, j.attempt, j.run_at, j.priority, j.session_bound),
    told AS (
        INSERT INTO public.job_transitions (tenant_id, job_id, state, attempt, reason)
        SELECT f.tenant_id, f.id, f.state, f.attempt, 'The server that ran it stopped.' FROM freed f),
    lane AS (
        UPDATE public.lanes a SET running = NULL, next_at = now(),
               wake_at = CASE WHEN f.session_bound AND f.state = 'queued' THEN f.run_at ELSE a.wake_at END
        FROM freed f WHERE a.tenant_id = f.tenant_id AND a.device_id = f.device_id AND a.running = f.id),
    note AS MATERIALIZED (SELECT sys.notify_jobs('q', array_agg(f.tenant_id), array_agg(f.id)) FROM freed f)
    SELECT f.tenant_id, f.id, f.state, end_tenant, end_device FROM freed f
    UNION ALL SELECT NULL, NULL, NULL, end_tenant, end_device FROM note;
END $$;

-- Ends what waited past its expiry.
CREATE FUNCTION sys.expire_jobs(n integer) RETURNS TABLE (tenant_id uuid, job_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH due AS (
        SELECT j.tenant_id, j.id FROM public.jobs j WHERE j.state = 'queued' AND j.expires_at <= now() LIMIT n FOR UPDATE SKIP LOCKED),
    ended AS (
        UPDATE public.jobs j SET state = 'expired', finished_at = clock_timestamp(), wait_reason = NULL, revision = j.revision + 1,
               summary = 'It waited longer than its time limit.'
        FROM due WHERE j.tenant_id = due.tenant_id AND j.id = due.id AND j.state = 'queued' RETURNING j.tenant_id, j.id, j.attempt),
    told AS (
        INSERT INTO public.job_transitions (tenant_id, job_id, state, attempt, reason)
        SELECT e.tenant_id, e.id, 'expired', e.attempt, 'It waited longer than its time limit.' FROM ended e)
    SELECT e.tenant_id, e.id FROM ended e
        CROSS JOIN (SELECT sys.notify_jobs('', array_agg(x.tenant_id), array_agg(x.id)) FROM ended x) note;
END $$;

-- Numbers for /metrics, over all tenants and without naming any.
CREATE FUNCTION sys.job_gauges() RETURNS TABLE (state text, protocol text, jobs bigint, oldest_seconds double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT j.state, j.protocol, count(*), coalesce(extract(epoch FROM max(now() - j.run_at)), 0)::double precision
    FROM public.jobs j WHERE j.state = 'queued' GROUP BY j.state, j.protocol
    UNION ALL
    SELECT j.state, j.protocol, count(*), extract(epoch FROM max(now() - j.started_at))::double precision
    FROM public.jobs j WHERE j.state = 'running' GROUP BY j.state, j.protocol $$;

-- Deletes ended jobs past their retention, up to n a tenant and call. Ids are UUID v7, so the primary key finds the old ones.
CREATE FUNCTION sys.delete_ended_jobs(keep interval, n integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    oldest_kept uuid := (lpad(to_hex((extract(epoch FROM now() - keep) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
    tenant uuid; step bigint; deleted bigint := 0;
BEGIN
    IF keep < interval '1 day' THEN RAISE check_violation USING MESSAGE = 'at least one day must be kept'; END IF;
    FOR tenant IN SELECT t.id FROM public.tenants t LOOP
        DELETE FROM public.jobs j USING (
            SELECT x.id FROM public.jobs x WHERE x.tenant_id = tenant AND x.id < oldest_kept AND x.finished_at < now() - keep ORDER BY x.id LIMIT n) old
        WHERE j.tenant_id = tenant AND j.id = old.id;
        GET DIAGNOSTICS step = ROW_COUNT;
        deleted := deleted + step;
    END LOOP;
    RETURN deleted;
END $$;

-- Forgets workers whose lease ran out long ago and whose jobs were all taken back.
CREATE FUNCTION sys.delete_lost_workers(keep interval) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    deleted bigint;
BEGIN
    DELETE FROM public.workers w WHERE w.lease_until < now() - keep
        AND NOT EXISTS (SELECT FROM public.jobs j WHERE j.state = 'running' AND j.worker = w.id);
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END $$;

REVOKE ALL ON FUNCTION sys.notify_jobs, sys.claim_jobs, sys.worker_heartbeat, sys.delete_lost_workers, sys.worker_jobs, sys.claim_wakes, sys.rescue_jobs, sys.expire_jobs, sys.job_gauges, sys.delete_ended_jobs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.notify_jobs, sys.claim_jobs, sys.worker_heartbeat, sys.delete_lost_workers, sys.worker_jobs, sys.claim_wakes, sys.rescue_jobs, sys.expire_jobs, sys.job_gauges, sys.delete_ended_jobs TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (5, 'jobs', '0.1.0');
