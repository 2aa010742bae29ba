using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Npgsql;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// The SQL of sessions. <c>$1</c> tenant, <c>$2</c> device, <c>$3</c> protocol, <c>$4</c> node, <c>$5</c> epoch. The lane is locked in a statement of
/// its own before every one that moves a job, so that the second sees what was committed while it waited.
/// </summary>
internal static class SessionStatements
{
    private const string IsCurrent =
        "EXISTS (SELECT FROM connections c WHERE c.tenant_id = $1 AND c.device_id = $2 AND c.protocol = $3 AND c.node = $4 AND c.epoch = $5 AND c.lease_until > now())";

    // The lane of a device that never had a job is made here: it is what everybody locks.
    public const string LockLane =
        """
        INSERT INTO lanes AS a (tenant_id, device_id, next_at) VALUES ($1, $2, NULL)
        ON CONFLICT (tenant_id, device_id) DO UPDATE SET running = a.running WHERE false
        """;

    // $5 epoch. The first kind of row: just started. The second: started before, but the answer got lost on its way to this node.
    public const string Next =
        $"""
        WITH pick AS (
            SELECT q.id FROM jobs q
            WHERE q.tenant_id = $1 AND q.device_id = $2 AND q.session_bound AND q.state = 'queued' AND q.protocol = $3
              AND q.run_at <= now() AND (q.expires_at IS NULL OR q.expires_at > now()) AND q.attempt < q.max_attempts
              AND {IsCurrent}
              AND EXISTS (SELECT FROM workers w WHERE w.id = $4 AND w.lease_until > now())
              AND EXISTS (SELECT FROM lanes a WHERE a.tenant_id = $1 AND a.device_id = $2 AND a.running IS NULL)
            ORDER BY q.priority DESC, q.run_at, q.id LIMIT 1),
        started AS (
            UPDATE jobs j SET state = 'running', worker = $4, attempt = j.attempt + 1, started_at = clock_timestamp(), wait_reason = NULL, revision = j.revision + 1
            FROM pick p WHERE j.tenant_id = $1 AND j.id = p.id AND j.state = 'queued'
            RETURNING j.id, j.operation, j.arguments, j.idempotent, j.timeout_ms, j.attempt, j.max_attempts, j.continuation),
        lane AS (UPDATE lanes a SET running = s.id FROM started s WHERE a.tenant_id = $1 AND a.device_id = $2),
        note AS MATERIALIZED (SELECT sys.notify_jobs('', array_agg($1), array_agg(s.id)) FROM started s)
        SELECT s.id, s.operation, s.arguments::text, s.idempotent, s.timeout_ms, s.attempt, s.max_attempts, s.continuation,
               EXISTS (SELECT FROM task_quarantine k WHERE k.tenant_id = $1 AND k.protocol = $3 AND k.operation = s.operation AND k.stopped_at IS NOT NULL)
        FROM started s CROSS JOIN note
        UNION ALL
        SELECT j.id, j.operation, j.arguments::text, j.idempotent, j.timeout_ms, j.attempt, j.max_attempts, j.continuation, false FROM jobs j
        WHERE j.tenant_id = $1 AND j.device_id = $2 AND j.protocol = $3 AND j.session_bound AND j.state = 'running' AND j.worker = $4 AND {IsCurrent}
        """;

    // A row where the session is still the device's, whether anything changed or not.
    public const string Store =
        $"""
        WITH stored AS MATERIALIZED (SELECT sys.store_parameters($6, $7, $8, $9, $10, $3) AS changed WHERE {IsCurrent}),
        moved AS MATERIALIZED (SELECT sys.notify_change('parameters', $1, ARRAY[$2::text]) FROM stored WHERE changed > 0)
        SELECT 1 FROM stored CROSS JOIN (SELECT count(*) FROM moved) m
        """;

    public const string Event =
        $"""
        WITH told AS (INSERT INTO device_events (tenant_id, device_id, id, protocol, kind, message, detail) SELECT $1, $2, $6, $3, $7, $8, $9 WHERE {IsCurrent} RETURNING 1)
        SELECT 1, sys.notify_change('events', $1, ARRAY[$2::text]) FROM told
        """;

    /// <summary>
    /// Prolongs many sessions of a tenant; gives those that are still this node's. A session ends when its tenant is suspended, its device deleted or
    /// its endpoint changed since (other credentials): the device has to prove itself again.
    /// </summary>
    public const string RenewAll =
        """
        UPDATE connections c SET lease_until = now() + $6
        FROM unnest($2::uuid[], $3::text[], $4::bigint[]) AS s(device, protocol, epoch)
        JOIN device_endpoints e ON e.tenant_id = $1 AND e.device_id = s.device AND e.protocol = s.protocol
        WHERE c.tenant_id = $1 AND c.device_id = s.device AND c.protocol = s.protocol AND c.epoch = s.epoch AND c.node = $5 AND c.lease_until > now()
          AND e.updated_at <= c.opened_at AND EXISTS (SELECT FROM tenants t WHERE t.id = $1 AND t.status = 'active')
        RETURNING c.device_id, c.protocol
        """;

    /// <summary>Devices of a list for which a job waits now.</summary>
    public const string Waiting =
        """
        SELECT DISTINCT j.device_id, j.protocol FROM unnest($2::uuid[]) AS w(device)
        JOIN jobs j ON j.tenant_id = $1 AND j.device_id = w.device AND j.session_bound AND j.state = 'queued' AND j.run_at <= now()
        """;

    /// <summary>Devices of some jobs.</summary>
    public const string DevicesOf = "SELECT DISTINCT j.device_id FROM jobs j WHERE j.tenant_id = $1 AND j.id = ANY ($2)";

    // $6 job, $7 attempt, $8 continuation, $9 reason, $10 until, $11 the trace's id, $12 its session, $13 its entries. The attempt is given back: it counts
    // when the end is reported.
    public const string Park =
        $"""
        WITH parked AS (
            UPDATE jobs j SET state = 'queued', worker = NULL, attempt = j.attempt - 1, continuation = $8, wait_reason = $9, run_at = $10, revision = j.revision + 1
            WHERE j.tenant_id = $1 AND j.id = $6 AND j.device_id = $2 AND coalesce(j.state, '') = 'running' AND j.attempt = $7 AND j.worker = $4 AND NOT j.cancel_requested AND {IsCurrent}
            RETURNING j.id, j.attempt),
        told AS (INSERT INTO job_transitions (tenant_id, job_id, state, attempt, worker, reason) SELECT $1, p.id, 'queued', p.attempt, $4, $9 FROM parked p),
        lane AS (UPDATE lanes a SET running = NULL, next_at = coalesce(a.next_at, now()), wake_at = least(a.wake_at, $10) FROM parked p
                 WHERE a.tenant_id = $1 AND a.device_id = $2 AND a.running = p.id),
        traced AS (INSERT INTO traces (tenant_id, device_id, id, protocol, job_id, session_id, attempt, entries) SELECT $1, $2, $11, $3, p.id, $12, $7, $13::jsonb FROM parked p WHERE $13::jsonb IS NOT NULL),
        note AS MATERIALIZED (SELECT sys.notify_jobs('q', array_agg($1), array_agg(p.id)) FROM parked p)
        SELECT p.id FROM parked p CROSS JOIN note
        """;

    // $6 job, $7 continuation, $8 the next one, $9 reason, $10 until.
    public const string WaitOn =
        $"""
        WITH moved AS (
            UPDATE jobs j SET continuation = $8, wait_reason = $9, run_at = $10, revision = j.revision + 1
            WHERE j.tenant_id = $1 AND j.id = $6 AND j.device_id = $2 AND coalesce(j.state, '') = 'queued' AND j.continuation = $7 AND {IsCurrent}
            RETURNING j.id, j.attempt),
        told AS (INSERT INTO job_transitions (tenant_id, job_id, state, attempt, worker, reason) SELECT $1, m.id, 'queued', m.attempt, $4, $9 FROM moved m),
        lane AS (UPDATE lanes a SET wake_at = least(a.wake_at, $10) FROM moved m WHERE a.tenant_id = $1 AND a.device_id = $2),
        note AS MATERIALIZED (SELECT sys.notify_jobs('', array_agg($1), array_agg(m.id)) FROM moved m)
        SELECT m.id FROM moved m CROSS JOIN note
        """;

    // $6 continuation.
    public const string Parked =
        $"""
        SELECT q.id, q.operation, q.arguments::text, q.attempt FROM jobs q
        WHERE q.tenant_id = $1 AND q.device_id = $2 AND q.protocol = $3 AND q.state = 'queued' AND q.continuation = $6 AND {IsCurrent}
        """;

    // $6 job, $7 continuation, $8 state, $9 fault, $10 summary, $11 values, $12 how many; $13 to $17 values to store, $18 and $19 objects to forget,
    // $20 the trace's id, $21 its session, $22 its entries. It ends without ever having held the lane: nothing was asked of the device.
    // All of it hangs on the row that could be ended: a report that comes twice, or of an older session, writes nothing.
    public const string FinishParked =
        $"""
        WITH done AS (
            UPDATE jobs j SET state = $8, attempt = j.attempt + 1, wait_reason = NULL, finished_at = clock_timestamp(), fault = $9::jsonb, summary = $10, revision = j.revision + 1
            WHERE j.tenant_id = $1 AND j.id = $6 AND j.device_id = $2 AND coalesce(j.state, '') = 'queued' AND j.continuation = $7 AND j.started_at IS NOT NULL AND {IsCurrent}
            RETURNING j.id, j.state, j.attempt),
        told AS (INSERT INTO job_transitions (tenant_id, job_id, state, attempt, worker, reason) SELECT $1, d.id, d.state, d.attempt, $4, $9::jsonb ->> 'message' FROM done d),
        kept AS (INSERT INTO job_results (tenant_id, job_id, vals, value_count) SELECT $1, d.id, $11::jsonb, $12 FROM done d WHERE $11::jsonb IS NOT NULL),
        traced AS (INSERT INTO traces (tenant_id, device_id, id, protocol, job_id, session_id, attempt, entries) SELECT $1, $2, $20, $3, d.id, $21, d.attempt, $22::jsonb FROM done d WHERE $22::jsonb IS NOT NULL),
        stored AS MATERIALIZED (SELECT sys.store_parameters($13, $14, $15, $16, $17, $3) AS changed FROM done d),
        forgotten AS MATERIALIZED (SELECT s.changed, sys.forget_parameters($18, $19) AS gone FROM stored s),
        moved AS MATERIALIZED (SELECT sys.notify_change('parameters', $1, ARRAY[$2::text]) FROM forgotten f WHERE f.changed > 0 OR cardinality($19) > 0),
        note AS MATERIALIZED (SELECT sys.notify_jobs('', array_agg($1), array_agg(d.id)) FROM done d)
        SELECT d.id FROM done d CROSS JOIN note CROSS JOIN (SELECT count(*) FROM moved) m
        """;

    public const string Forget =
        $"SELECT sys.forget_parameters($6, $7), sys.notify_change('parameters', $1, ARRAY[$2::text]) WHERE {IsCurrent}";

    // The device's own words win over what is empty or was its own word before; the name that people gave it stays.
    public const string Describe =
        $"""
        UPDATE devices d SET manufacturer = coalesce($6, d.manufacturer), model = coalesce($7, d.model),
               serial_number = CASE WHEN $8::text IS NULL OR d.serial_number <> '' OR EXISTS (SELECT FROM devices o WHERE o.tenant_id = $1 AND o.serial_number = $8) THEN d.serial_number ELSE $8 END,
               updated_at = now(), version = d.version + 1
        WHERE d.tenant_id = $1 AND d.id = $2 AND {IsCurrent}
          AND (d.manufacturer <> coalesce($6, d.manufacturer) OR d.model <> coalesce($7, d.model)
               OR (d.serial_number = '' AND $8::text <> '' AND NOT EXISTS (SELECT FROM devices o WHERE o.tenant_id = $1 AND o.serial_number = $8)))
        """;

    // Not updated_at: it says when somebody changed the endpoint, and ends sessions that began before.
    public const string SaveSettings =
        $"""
        UPDATE device_endpoints e SET settings = jsonb_strip_nulls(e.settings || $6::jsonb)
        WHERE e.tenant_id = $1 AND e.device_id = $2 AND e.protocol = $3 AND {IsCurrent} AND jsonb_strip_nulls(e.settings || $6::jsonb) <> e.settings
        """;

    // $6 as they were read, $7 as they are to be, $8 which of them are told. Not updated_at, as above.
    public const string SaveSecrets =
        $"""
        UPDATE device_endpoints e SET secrets = $7, secret_fields = $8
        WHERE e.tenant_id = $1 AND e.device_id = $2 AND e.protocol = $3 AND e.template_id IS NULL AND e.secrets IS NOT DISTINCT FROM $6 AND {IsCurrent}
        RETURNING 1
        """;

    // What was tried last has worked: the device came because of it.
    public const string Answered =
        $"""
        UPDATE device_reachability r SET success_at = now()
        WHERE r.tenant_id = $1 AND r.device_id = $2 AND r.protocol = $3 AND r.asked_at > now() - interval '2 minutes' AND {IsCurrent}
          AND r.asked_at = (SELECT max(o.asked_at) FROM device_reachability o WHERE o.tenant_id = $1 AND o.device_id = $2 AND o.protocol = $3) AND (r.failure_at IS NULL OR r.failure_at < r.asked_at)
        """;

    // $2 ids, $3 opened, $4 reasons, $5 failed, $6 jobs.
    public const string ConcludeAll =
        """
        UPDATE device_sessions s SET closed_at = clock_timestamp(), reason = e.reason, failed = e.failed, jobs = e.jobs
        FROM unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::boolean[], $6::integer[]) AS e(id, opened, reason, failed, jobs)
        WHERE s.tenant_id = $1 AND s.id = e.id AND s.opened_at = e.opened AND s.closed_at IS NULL
        """;

    public const string Changed = "SELECT sys.notify_change($1, $2, $3)";

    // $2 devices, $3 protocols, $4 nodes, $5 epochs; locked in the devices' order.
    public const string CloseAll =
        """
        WITH mine AS (
            SELECT c.device_id, c.protocol FROM connections c JOIN unnest($2::uuid[], $3::text[], $4::uuid[], $5::bigint[]) AS e(device, protocol, node, epoch)
                ON c.device_id = e.device AND c.protocol = e.protocol AND c.node = e.node AND c.epoch = e.epoch
            WHERE c.tenant_id = $1 ORDER BY c.device_id, c.protocol FOR NO KEY UPDATE OF c)
        UPDATE connections c SET lease_until = now() FROM mine m WHERE c.tenant_id = $1 AND c.device_id = m.device_id AND c.protocol = m.protocol
        """;

    // A job that was queued while the session was ending found the device connected, and so nobody asked it to call in: ask now. $2 devices, $3 protocols.
    public const string WakeAllForRest =
        """
        WITH rest AS (
            SELECT DISTINCT ON (j.device_id) j.device_id, j.id FROM unnest($2::uuid[], $3::text[]) AS e(device, protocol)
            JOIN jobs j ON j.tenant_id = $1 AND j.device_id = e.device AND j.protocol = e.protocol AND j.session_bound AND j.state = 'queued' AND j.run_at <= now()
            ORDER BY j.device_id),
        locked AS (SELECT a.device_id, r.id FROM lanes a JOIN rest r ON r.device_id = a.device_id WHERE a.tenant_id = $1 ORDER BY a.device_id FOR NO KEY UPDATE OF a),
        lane AS (UPDATE lanes a SET wake_at = now() FROM locked l WHERE a.tenant_id = $1 AND a.device_id = l.device_id RETURNING l.id)
        SELECT sys.notify_jobs('w', array_agg($1), array_agg(l.id)) FROM lane l HAVING count(*) > 0
        """;

    /// <summary>The five parameters of a session, and more.</summary>
    public static NpgsqlParameter[] Of(DeviceSession session, params ReadOnlySpan<NpgsqlParameter> more) =>
    [
        Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Text(session.Protocol), Sql.Uuid(session.Node), Sql.Long(session.Epoch), .. more,
    ];
}
