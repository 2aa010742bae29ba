using DeviceConsole.Core.Data;
using NpgsqlTypes;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

/// <summary>A job that passed every check, ready to be inserted.</summary>
internal sealed record NewJob(Guid Id, JobRequest Request, bool SessionBound, bool Idempotent, TimeSpan Timeout)
{
    public const int DefaultAttempts = 3;

    public Guid? RetryOf { get; init; }

    /// <summary>The arguments as they go into the table.</summary>
    public string Arguments { get; } = Request.Arguments.ToJsonString();
}

/// <summary>
/// The one way into the queue: jobs, their devices' lanes and one notification, in one statement.
/// Existing rows are locked in the order lane before job; new jobs go first, because nobody can wait for them.
/// </summary>
internal static class EnqueueStatement
{
    private const string Jobs =
        """
        WITH made AS (
            INSERT INTO jobs (tenant_id, id, device_id, protocol, operation, arguments, priority, session_bound, idempotent, run_at, expires_at,
                              timeout_ms, max_attempts, idempotency_key, retry_of, created_by, schedule_id, slot, wait_reason)
            SELECT $1, n.id, n.device, n.protocol, n.operation, n.arguments::jsonb, n.priority, n.bound, n.idempotent,
                   greatest(n.run_at, now()),
                   coalesce(n.expires_at, CASE WHEN n.bound THEN greatest(n.run_at, now()) + interval '7 days' END),
                   n.timeout, n.attempts, n.key, n.retry_of, $16, $17, $18,
                   CASE WHEN n.bound AND NOT EXISTS (SELECT FROM connections c WHERE c.tenant_id = $1 AND c.device_id = n.device
                                                     AND c.protocol = n.protocol AND c.lease_until > now())
                        THEN 'Waiting for the device to call in.' END
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                 AS n(id, device, protocol, operation, arguments, priority, bound, idempotent, run_at, expires_at, timeout, attempts, key, retry_of)
            -- By key, so that two batches with the same keys wait for each other instead of deadlocking.
            ORDER BY n.key, n.id
        """;

    private const string Once = " ON CONFLICT (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING";

    private const string Rest =
        """

            RETURNING id, device_id, run_at, priority, session_bound),
        lane AS (
            INSERT INTO lanes AS a (tenant_id, device_id, next_at, priority, wake_at)
            SELECT $1, m.device_id, min(m.run_at) FILTER (WHERE NOT m.session_bound), max(m.priority), min(m.run_at) FILTER (WHERE m.session_bound)
            FROM made m GROUP BY m.device_id ORDER BY m.device_id
            ON CONFLICT (tenant_id, device_id) DO UPDATE SET
                next_at = least(a.next_at, excluded.next_at),
                priority = CASE WHEN a.next_at IS NULL THEN excluded.priority ELSE greatest(a.priority, excluded.priority) END,
                wake_at = least(a.wake_at, excluded.wake_at)
            WHERE a.next_at IS NULL OR a.next_at > excluded.next_at OR a.priority < excluded.priority
               OR (excluded.wake_at IS NOT NULL AND (a.wake_at IS NULL OR a.wake_at > excluded.wake_at))),
        note AS MATERIALIZED (
            SELECT sys.notify_jobs(CASE WHEN bool_or(m.session_bound) THEN 'qw' ELSE 'q' END, array_agg($1), array_agg(m.id)) FROM made m)
        SELECT m.id FROM made m CROSS JOIN note
        """;

    private const string Insert = Jobs + Rest;

    // Looking for a conflict costs a fifth of an insert, and only jobs with a key can meet one.
    private const string InsertOnce = Jobs + Once + Rest;

    /// <summary>The statement; its rows are the ids that were inserted. An id that is missing met an earlier job with its key.</summary>
    public static NpgsqlBatchCommand Command(Guid tenant, string createdBy, IReadOnlyList<NewJob> jobs, Guid? schedule = null, DateTimeOffset? slot = null) => Sql.Command(
        jobs.Any(j => j.Request.IdempotencyKey is not null) ? InsertOnce : Insert,
        Sql.Uuid(tenant),
        Sql.Uuids([.. jobs.Select(j => j.Id)]),
        Sql.Uuids([.. jobs.Select(j => j.Request.DeviceId)]),
        Sql.Texts([.. jobs.Select(j => j.Request.Protocol)]),
        Sql.Texts([.. jobs.Select(j => j.Request.Operation)]),
        Sql.Texts([.. jobs.Select(j => j.Arguments)]),
        Sql.Array([.. jobs.Select(j => (short)j.Request.Priority)], NpgsqlDbType.Smallint),
        Sql.Array([.. jobs.Select(j => j.SessionBound)], NpgsqlDbType.Boolean),
        Sql.Array([.. jobs.Select(j => j.Idempotent)], NpgsqlDbType.Boolean),
        Sql.Array([.. jobs.Select(j => j.Request.RunAt?.UtcDateTime)], NpgsqlDbType.TimestampTz),
        Sql.Array([.. jobs.Select(j => j.Request.ExpiresAt?.UtcDateTime)], NpgsqlDbType.TimestampTz),
        Sql.Array([.. jobs.Select(j => (int)j.Timeout.TotalMilliseconds)], NpgsqlDbType.Integer),
        Sql.Array([.. jobs.Select(j => j.Request.MaxAttempts ?? NewJob.DefaultAttempts)], NpgsqlDbType.Integer),
        Sql.Texts([.. jobs.Select(j => j.Request.IdempotencyKey)]),
        Sql.Array([.. jobs.Select(j => j.RetryOf)], NpgsqlDbType.Uuid),
        Sql.Text(createdBy),
        Sql.Uuid(schedule),
        Sql.Time(slot));
}
