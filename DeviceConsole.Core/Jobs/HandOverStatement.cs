using DeviceConsole.Core.Data;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Enqueues jobs and hands them to a worker of this node in one statement. A job whose device is free, with nothing waiting, is inserted as running
/// under the worker's lease; the others are inserted as queued. Every device has a lane already and one
/// job at most, or the statement raises <c>serialization_failure</c> and nothing happened.
/// Lanes are taken in the order of the arrays, which is that of the devices; what <c>lane</c> gives is their latest state, also where it had to wait.
/// </summary>
internal static class HandOverStatement
{
    // Row by row along the arrays, also where statistics are those of an empty table: that is the order of the locks.
    public const string Plan =
        "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)";

    private const string Insert =
        """
        WITH able AS MATERIALIZED (
            SELECT EXISTS (SELECT FROM workers w WHERE w.id = $13 AND w.lease_until > now()) AND EXISTS (SELECT FROM tenants t WHERE t.id = $1 AND t.status = 'active') AS yes),
        lane AS (
            UPDATE lanes a SET
                running = CASE WHEN a.running IS NULL AND a.next_at IS NULL AND n.hand AND (SELECT yes FROM able) THEN n.id ELSE a.running END,
                next_at = CASE WHEN a.running IS NULL AND a.next_at IS NULL AND n.hand AND (SELECT yes FROM able) THEN NULL ELSE least(a.next_at, now()) END,
                priority = CASE WHEN a.next_at IS NOT NULL THEN greatest(a.priority, n.priority)
                                WHEN a.running IS NULL AND n.hand AND (SELECT yes FROM able) THEN a.priority ELSE n.priority END
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 AS n(id, device, protocol, operation, arguments, priority, idempotent, expires_at, timeout, attempts, hand)
            WHERE a.tenant_id = $1 AND a.device_id = n.device
            RETURNING n.*, a.running IS NOT DISTINCT FROM n.id AS handed),
        made AS (
            INSERT INTO jobs (tenant_id, id, device_id, protocol, operation, arguments, priority, session_bound, idempotent, run_at, expires_at,
                              timeout_ms, max_attempts, retry_of, created_by, state, worker, attempt, started_at)
            SELECT $1, l.id, l.device, l.protocol, l.operation, l.arguments::jsonb, l.priority, false, l.idempotent, now(), l.expires_at,
                   l.timeout, l.attempts, $14, $15, CASE WHEN l.handed THEN 'running' ELSE 'queued' END, CASE WHEN l.handed THEN $13 END,
                   l.handed::integer, CASE WHEN l.handed THEN clock_timestamp() END
            FROM lane l
            RETURNING id, attempt),
        note AS MATERIALIZED (
            SELECT sys.notify_jobs(CASE WHEN bool_or(m.attempt = 0) THEN 'q' ELSE '' END, array_agg($1), array_agg(m.id)) FROM made m),
        sure AS MATERIALIZED (SELECT sys.require_rows((SELECT count(*) FROM made), $16) AS yes)
        SELECT m.id, m.attempt = 1 FROM sure s0 CROSS JOIN note LEFT JOIN made m ON true
        """;

    /// <summary>The statement; its rows are the ids, and whether the job was handed over. The first <paramref name="hand"/> jobs may be.</summary>
    public static NpgsqlBatchCommand Command(Guid tenant, string createdBy, IReadOnlyList<NewJob> jobs, int hand, Guid worker, Guid? retryOf)
    {
        var rows = new (NewJob Job, bool Hand)[jobs.Count];
        for (var i = 0; i < rows.Length; i++) rows[i] = (jobs[i], i < hand);
        Array.Sort(rows, static (a, b) => a.Job.Request.DeviceId.CompareTo(b.Job.Request.DeviceId));
        return Sql.Command(Insert,
            Sql.Uuid(tenant),
            Sql.Uuids(Array.ConvertAll(rows, static r => r.Job.Id)),
            Sql.Uuids(Array.ConvertAll(rows, static r => r.Job.Request.DeviceId)),
            Sql.Texts(Array.ConvertAll(rows, static r => r.Job.Request.Protocol)),
            Sql.Texts(Array.ConvertAll(rows, static r => r.Job.Request.Operation)),
            Sql.Texts(Array.ConvertAll(rows, static r => r.Job.Arguments)),
            Sql.Array(Array.ConvertAll(rows, static r => (short)r.Job.Request.Priority), NpgsqlDbType.Smallint),
            Sql.Array(Array.ConvertAll(rows, static r => r.Job.Idempotent), NpgsqlDbType.Boolean),
            Sql.Array(Array.ConvertAll(rows, static r => r.Job.Request.ExpiresAt?.UtcDateTime), NpgsqlDbType.TimestampTz),
            Sql.Array(Array.ConvertAll(rows, static r => (int)r.Job.Timeout.TotalMilliseconds), NpgsqlDbType.Integer),
            Sql.Array(Array.ConvertAll(rows, static r => r.Job.Request.MaxAttempts ?? NewJob.DefaultAttempts), NpgsqlDbType.Integer),
            Sql.Array(Array.ConvertAll(rows, static r => r.Hand), NpgsqlDbType.Boolean),
            Sql.Uuid(worker),
            Sql.Uuid(retryOf),
            Sql.Text(createdBy),
            Sql.Long(jobs.Count));
    }
}
