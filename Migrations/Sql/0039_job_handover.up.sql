-- A job is handed to its worker in the statement that enqueues it, and ends without a look at what else waits for its device.

-- After the row instead of before it: the same refusal without a lock of its own on every row that changes.
DROP TRIGGER ended_job_is_final ON jobs;
CREATE TRIGGER ended_job_is_final AFTER UPDATE ON jobs FOR EACH ROW
    WHEN (OLD.finished_at IS NOT NULL AND NOT (OLD.retry_of IS NOT NULL AND NEW.retry_of IS NULL AND OLD.revision = NEW.revision AND OLD.state = NEW.state))
    EXECUTE FUNCTION sys.refuse_change_of_ended_job();

-- The end of an optimistic transaction: it was right, or nothing of it happened and the careful way is taken.
CREATE FUNCTION sys.require_rows(there bigint, wanted bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF there IS DISTINCT FROM wanted THEN RAISE serialization_failure USING MESSAGE = format('%s rows where %s were expected', there, wanted); END IF;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION sys.require_rows FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.require_rows TO dc_app;

SET LOCAL ROLE dc_system;
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
    told AS (
        INSERT INTO public.job_transitions (tenant_id, job_id, state, attempt, worker)
        SELECT s.tenant_id, s.id, 'running', s.attempt, claimer FROM started s),
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
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (39, 'job_handover', '0.1.0');
