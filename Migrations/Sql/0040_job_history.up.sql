-- What a job's row tells of its history is not written a second time, and what a locked lane proves is not asked again.

-- Who ended the attempt that ended the job; null where nobody's attempt did. With it the row tells its three common steps itself: enqueued at
-- created_at, started at started_at, completed at finished_at. Every other step is a row of job_transitions, as before.
ALTER TABLE jobs ADD COLUMN ended_by uuid;
ALTER TABLE jobs ADD CONSTRAINT only_what_ended_was_ended_by CHECK (ended_by IS NULL OR finished_at IS NOT NULL) NOT VALID;
ALTER TABLE jobs VALIDATE CONSTRAINT only_what_ended_was_ended_by;
-- The moments that the row tells are not the application's to rewrite.
REVOKE UPDATE ON jobs FROM dc_app;
GRANT UPDATE (state, worker, attempt, run_at, expires_at, priority, cancel_requested, wait_reason, continuation, fault, summary, started_at, finished_at, ended_by, revision) ON jobs TO dc_app;
-- Which jobs ended lately: a range of time is a range of pages here too. The index stays tiny and costs next to nothing to keep.
CREATE INDEX jobs_finished ON jobs USING brin (finished_at) WITH (pages_per_range = 16, autosummarize = on);

-- An attempt that did not end its job: its start, which the row forgets, is kept.
CREATE FUNCTION sys.keep_start_of_attempt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.job_transitions t WHERE t.tenant_id = OLD.tenant_id AND t.job_id = OLD.id AND t.state = 'running' AND t.worker IS NOT NULL AND t.at >= OLD.started_at) THEN
        INSERT INTO public.job_transitions (tenant_id, job_id, at, state, attempt, worker) VALUES (OLD.tenant_id, OLD.id, OLD.started_at, 'running', OLD.attempt, OLD.worker);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION sys.keep_start_of_attempt FROM PUBLIC;
CREATE TRIGGER start_is_kept AFTER UPDATE ON jobs FOR EACH ROW
    WHEN (OLD.state = 'running' AND NEW.state <> 'running' AND NEW.ended_by IS DISTINCT FROM OLD.worker)
    EXECUTE FUNCTION sys.keep_start_of_attempt();

-- Every step of every job: the rows of job_transitions, and what the job's own row tells where no row does (which also holds for the jobs of an
-- application of the version before, that writes all of them).
CREATE VIEW job_history WITH (security_invoker = true) AS
    SELECT t.tenant_id, t.job_id, t.at, t.state, t.attempt, t.worker, t.reason FROM job_transitions t
    UNION ALL
    SELECT j.tenant_id, j.id, j.created_at, 'queued', 0, NULL, NULL FROM jobs j
    WHERE NOT EXISTS (SELECT FROM job_transitions t WHERE t.tenant_id = j.tenant_id AND t.job_id = j.id AND t.state = 'queued' AND t.attempt = 0 AND t.worker IS NULL AND t.reason IS NULL)
    UNION ALL
    SELECT j.tenant_id, j.id, j.started_at, 'running', j.attempt, coalesce(j.worker, j.ended_by), NULL FROM jobs j
    WHERE j.started_at IS NOT NULL AND NOT EXISTS (SELECT FROM job_transitions t WHERE t.tenant_id = j.tenant_id AND t.job_id = j.id AND t.state = 'running' AND t.worker IS NOT NULL AND t.at >= j.started_at)
    UNION ALL
    SELECT j.tenant_id, j.id, j.finished_at, j.state, j.attempt, j.ended_by, NULL FROM jobs j
    WHERE j.finished_at IS NOT NULL AND NOT EXISTS (SELECT FROM job_transitions t WHERE t.tenant_id = j.tenant_id AND t.job_id = j.id AND t.state = j.state);
GRANT SELECT ON job_history TO dc_app;

-- A job has its device: whoever enqueues holds the lock of its lane (made here or there before), and the lane's own key proves the device. One look a
-- statement instead of one a row; a job without a lane is held to its device itself.
CREATE FUNCTION sys.require_devices() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    alone bigint; there bigint;
BEGIN
    SELECT count(*) INTO alone FROM made m WHERE NOT EXISTS (SELECT FROM public.lanes l WHERE l.tenant_id = m.tenant_id AND l.device_id = m.device_id);
    IF alone = 0 THEN RETURN NULL; END IF;
    SELECT count(*) INTO there FROM (
        SELECT FROM made m JOIN public.devices d ON d.tenant_id = m.tenant_id AND d.id = m.device_id
        WHERE NOT EXISTS (SELECT FROM public.lanes l WHERE l.tenant_id = m.tenant_id AND l.device_id = m.device_id) FOR KEY SHARE OF d) x;
    IF there < alone THEN RAISE foreign_key_violation USING MESSAGE = 'a job is of a device of its tenant', TABLE = 'jobs', CONSTRAINT = 'job_has_its_device'; END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION sys.require_devices FROM PUBLIC;
ALTER TABLE jobs DROP CONSTRAINT jobs_tenant_id_device_id_fkey;
CREATE TRIGGER job_has_its_device AFTER INSERT ON jobs REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION sys.require_devices();

SET LOCAL ROLE dc_system;
-- After the lane has gone by its key, and so after whoever held it: none of the device's jobs can be missing in this look.
CREATE FUNCTION sys.delete_jobs_of_device() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM public.jobs j WHERE j.tenant_id = OLD.tenant_id AND j.device_id = OLD.id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION sys.delete_jobs_of_device FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.delete_jobs_of_device TO dc_migrator;

-- What a way down wrote of the rows' own steps, and they still tell.
DELETE FROM public.job_transitions t USING public.jobs j
    WHERE t.xid = '3'::xid8 AND t.state = 'queued' AND j.tenant_id = t.tenant_id AND j.id = t.job_id AND t.at = j.created_at;

-- Jobs go before devices, although no key says so any more.
CREATE OR REPLACE FUNCTION sys.tenant_tables() RETURNS TABLE (place integer, relation regclass)
    LANGUAGE sql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE t AS (
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'),
    depth AS (
        SELECT t.oid, 0 AS place FROM t
        UNION
        SELECT k.confrelid, d.place + 1 FROM depth d JOIN (
            SELECT f.conrelid, f.confrelid FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid <> f.conrelid
            UNION ALL SELECT 'public.jobs'::regclass, 'public.devices'::regclass) k ON k.conrelid = d.oid JOIN t ON t.oid = k.confrelid
        WHERE d.place < 40)
    SELECT max(d.place), d.oid::regclass FROM depth d GROUP BY d.oid ORDER BY 1, d.oid::regclass::text $$;

-- Claims up to n dial-out jobs, at most one a device, fair between tenants. Lock order everywhere: lane before job.
-- Several statements on purpose: those after the first have snapshots of their own, taken while the lanes are locked, so that a
-- job enqueued in between is seen and no lane goes to sleep with work in it.
CREATE OR REPLACE FUNCTION sys.claim_jobs(claimer uuid, n integer, excluded uuid[])
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
    -- What is left to wait is looked for now, so that the end of the job need not: a lane without it wakes nobody.
    taken AS (
        UPDATE public.lanes a SET running = s.id, next_at = CASE WHEN w.priority IS NOT NULL THEN a.next_at END, priority = coalesce(w.priority, a.priority)
        FROM started s LEFT JOIN LATERAL (
            SELECT q.priority FROM public.jobs q
            WHERE q.tenant_id = s.tenant_id AND q.device_id = s.device_id AND NOT q.session_bound AND q.state = 'queued' AND q.id <> s.id
            ORDER BY q.priority DESC, q.run_at, q.id LIMIT 1) w ON true
        WHERE a.tenant_id = s.tenant_id AND a.device_id = s.device_id),
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
RESET ROLE;
CREATE TRIGGER jobs_go_with_it AFTER DELETE ON devices FOR EACH ROW EXECUTE FUNCTION sys.delete_jobs_of_device();
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (40, 'job_history', '0.1.0');
