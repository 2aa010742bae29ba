-- Every step becomes a row again; the transaction 3, which no other row can have, marks them for the way up.
DROP TRIGGER start_is_kept ON jobs;
GRANT SELECT ON job_history TO dc_system;
SET LOCAL ROLE dc_system;
INSERT INTO job_transitions (tenant_id, job_id, at, state, attempt, worker, reason, xid)
    SELECT h.tenant_id, h.job_id, h.at, h.state, h.attempt, h.worker, h.reason, '3'::xid8 FROM job_history h
    WHERE NOT EXISTS (SELECT FROM job_transitions t WHERE t.tenant_id = h.tenant_id AND t.job_id = h.job_id AND t.at = h.at AND t.state = h.state)
      AND h.at >= (SELECT min((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\)'))[1]::timestamptz) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'job_transitions'::regclass);
RESET ROLE;
DROP VIEW job_history;
DROP FUNCTION sys.keep_start_of_attempt;
DROP INDEX jobs_finished;
REVOKE UPDATE (state, worker, attempt, run_at, expires_at, priority, cancel_requested, wait_reason, continuation, fault, summary, started_at, finished_at, ended_by, revision) ON jobs FROM dc_app;
GRANT UPDATE ON jobs TO dc_app;
ALTER TABLE jobs DROP COLUMN ended_by;

DROP TRIGGER jobs_go_with_it ON devices;
DROP TRIGGER job_has_its_device ON jobs;
DROP FUNCTION sys.require_devices;
ALTER TABLE jobs ADD FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE;

SET LOCAL ROLE dc_system;
DROP FUNCTION sys.delete_jobs_of_device;
CREATE OR REPLACE FUNCTION sys.tenant_tables() RETURNS TABLE (place integer, relation regclass)
    LANGUAGE sql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE t AS (
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'),
    depth AS (
        SELECT t.oid, 0 AS place FROM t
        UNION
        SELECT k.confrelid, d.place + 1 FROM depth d JOIN pg_constraint k ON k.conrelid = d.oid AND k.contype = 'f' AND k.confrelid <> k.conrelid JOIN t ON t.oid = k.confrelid
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
DELETE FROM sys.schema_versions WHERE version = 40;
