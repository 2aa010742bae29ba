using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

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

    // Whatever an older session was working on is over: the device is here, and starts anew.
    public const string Open =
        """
        WITH opened AS (
            INSERT INTO connections AS c (tenant_id, device_id, protocol, node, epoch, lease_until) VALUES ($1, $2, $3, $4, 1, now() + $5)
            ON CONFLICT (tenant_id, device_id, protocol) DO UPDATE SET node = excluded.node, epoch = c.epoch + 1, lease_until = excluded.lease_until, opened_at = now()
            RETURNING c.epoch),
        freed AS (
            UPDATE jobs j SET
                state = CASE WHEN j.cancel_requested THEN 'cancelled' WHEN j.idempotent THEN 'queued' ELSE 'failed' END,
                worker = NULL, revision = j.revision + 1,
                attempt = CASE WHEN j.idempotent AND NOT j.cancel_requested THEN j.attempt - 1 ELSE j.attempt END,
                finished_at = CASE WHEN j.cancel_requested OR NOT j.idempotent THEN clock_timestamp() END,
                fault = CASE WHEN j.idempotent THEN j.fault ELSE $6::jsonb END
            WHERE j.tenant_id = $1 AND j.device_id = $2 AND j.protocol = $3 AND j.session_bound AND j.state = 'running'
            RETURNING j.id, j.state, j.attempt),
        told AS (
            INSERT INTO job_transitions (tenant_id, job_id, state, attempt, reason)
            SELECT $1, f.id, f.state, f.attempt, 'The device began a new session.' FROM freed f),
        lane AS (UPDATE lanes a SET running = NULL, next_at = coalesce(a.next_at, now()) FROM freed f WHERE a.tenant_id = $1 AND a.device_id = $2 AND a.running = f.id),
        seen AS (UPDATE device_contacts SET last_contact_at = now() WHERE tenant_id = $1 AND device_id = $2 AND last_contact_at < now() - interval '10 s'),
        reached AS (UPDATE device_endpoints SET last_contact_at = now() WHERE tenant_id = $1 AND device_id = $2 AND protocol = $3
                    AND (last_contact_at IS NULL OR last_contact_at < now() - interval '10 s')),
        note AS MATERIALIZED (SELECT sys.notify_jobs('q', array_agg($1), array_agg(f.id)) FROM freed f)
        SELECT o.epoch FROM opened o CROSS JOIN note
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
            RETURNING j.id, j.operation, j.arguments, j.idempotent, j.timeout_ms, j.attempt, j.max_attempts),
        told AS (INSERT INTO job_transitions (tenant_id, job_id, state, attempt, worker) SELECT $1, s.id, 'running', s.attempt, $4 FROM started s),
        lane AS (UPDATE lanes a SET running = s.id FROM started s WHERE a.tenant_id = $1 AND a.device_id = $2),
        note AS MATERIALIZED (SELECT sys.notify_jobs('', array_agg($1), array_agg(s.id)) FROM started s)
        SELECT s.id, s.operation, s.arguments::text, s.idempotent, s.timeout_ms, s.attempt, s.max_attempts FROM started s CROSS JOIN note
        UNION ALL
        SELECT j.id, j.operation, j.arguments::text, j.idempotent, j.timeout_ms, j.attempt, j.max_attempts FROM jobs j
        WHERE j.tenant_id = $1 AND j.device_id = $2 AND j.protocol = $3 AND j.session_bound AND j.state = 'running' AND j.worker = $4 AND {IsCurrent}
        """;

    public const string Store = $"SELECT sys.store_parameters($6, $7, $8, $9, $10, $3) WHERE {IsCurrent}";

    public const string Event =
        $"INSERT INTO device_events (tenant_id, device_id, id, protocol, kind, message, detail) SELECT $1, $2, $6, $3, $7, $8, $9 WHERE {IsCurrent}";

    public const string Renew =
        "UPDATE connections SET lease_until = now() + $6 WHERE tenant_id = $1 AND device_id = $2 AND protocol = $3 AND node = $4 AND epoch = $5 AND lease_until > now()";

    public const string Close =
        "UPDATE connections SET lease_until = now() WHERE tenant_id = $1 AND device_id = $2 AND protocol = $3 AND node = $4 AND epoch = $5";

    /// <summary>The five parameters of a session, and more.</summary>
    public static NpgsqlParameter[] Of(DeviceSession session, params ReadOnlySpan<NpgsqlParameter> more) =>
    [
        Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Text(session.Protocol), Sql.Uuid(session.Node), Sql.Long(session.Epoch), .. more,
    ];
}
