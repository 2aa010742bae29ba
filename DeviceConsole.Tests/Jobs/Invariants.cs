using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Jobs;

/// <summary>What must hold after everything, checked with SQL past row-level security.</summary>
internal static class Invariants
{
    private static readonly (string Name, string Violations)[] All =
    [
        ("I1 every job ended or lives", "SELECT count(*) FROM jobs WHERE state NOT IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'expired')"),
        ("I2 one terminal event a job, and it is the job's state",
            """
            SELECT count(*) FROM jobs j LEFT JOIN LATERAL (
                SELECT count(*) AS n, max(t.state) AS state FROM job_history t WHERE t.tenant_id = j.tenant_id AND t.job_id = j.id
                AND t.state IN ('completed', 'failed', 'cancelled', 'expired')) e ON true
            WHERE e.n <> (j.finished_at IS NOT NULL)::integer OR (j.finished_at IS NOT NULL AND e.state <> j.state)
            """),
        ("I4 at most one live attempt a device", "SELECT count(*) FROM (SELECT FROM jobs WHERE state = 'running' GROUP BY tenant_id, device_id HAVING count(*) > 1) x"),
        ("I4 a lane knows what runs", "SELECT count(*) FROM lanes l FULL JOIN (SELECT * FROM jobs WHERE state = 'running') j ON j.tenant_id = l.tenant_id AND j.device_id = l.device_id WHERE l.running IS DISTINCT FROM j.id"),
        ("I4 no lane sleeps over work",
            "SELECT count(*) FROM jobs j JOIN lanes l ON l.tenant_id = j.tenant_id AND l.device_id = j.device_id WHERE j.state = 'queued' AND NOT j.session_bound AND l.running IS NULL AND (l.next_at IS NULL OR l.next_at > greatest(j.run_at, now()))"),
        ("I5 attempts within the maximum", "SELECT count(*) FROM jobs WHERE attempt > max_attempts"),
        ("I7 no row of another tenant",
            "SELECT count(*) FROM jobs j JOIN devices d ON d.id = j.device_id WHERE d.tenant_id <> j.tenant_id"),
        ("a job has its device", "SELECT count(*) FROM jobs j WHERE NOT EXISTS (SELECT FROM devices d WHERE d.tenant_id = j.tenant_id AND d.id = j.device_id)"),
        ("every job was enqueued once, and what was tried was started before it ended",
            """
            SELECT count(*) FROM jobs j LEFT JOIN LATERAL (
                SELECT count(*) FILTER (WHERE t.state = 'queued' AND t.attempt = 0 AND t.worker IS NULL AND t.reason IS NULL) AS enqueued,
                       count(*) FILTER (WHERE t.state = 'running' AND t.worker IS NOT NULL) AS starts, count(*) FILTER (WHERE t.state = 'running' AND t.worker IS NULL AND t.reason IS NULL) AS unknown
                FROM job_history t WHERE t.tenant_id = j.tenant_id AND t.job_id = j.id) h ON true
            WHERE h.enqueued <> 1 OR h.starts < j.attempt OR (j.started_at IS NOT NULL AND h.starts = 0) OR h.unknown > 0
            """),
        ("I8 no transaction open longer than 5 s",
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND xact_start < clock_timestamp() - interval '5 s'"),
    ];

    /// <summary>All of them, and that nothing got lost.</summary>
    public static async Task CheckAsync(TestDatabase database, long? enqueued = null)
    {
        foreach (var (name, violations) in All)
            (await database.ScalarAsync<long>(violations)).Should().Be(0, name);
        if (enqueued is { } expected) (await database.ScalarAsync<long>("SELECT count(*) FROM jobs")).Should().Be(expected, "I1 nothing is lost");
    }

    /// <summary>Keeps a copy of every job that has ended, for <see cref="CheckFinalAsync"/>.</summary>
    public static Task RememberEndedAsync(TestDatabase database) => database.ExecuteAsync(
        """
        CREATE TABLE IF NOT EXISTS ended_jobs (LIKE jobs);
        INSERT INTO ended_jobs SELECT * FROM jobs j WHERE finished_at IS NOT NULL AND NOT EXISTS (SELECT FROM ended_jobs e WHERE e.id = j.id)
        """);

    /// <summary>I3: what had ended is unchanged.</summary>
    public static async Task CheckFinalAsync(TestDatabase database) =>
        (await database.ScalarAsync<long>("SELECT count(*) FROM ended_jobs e LEFT JOIN jobs j ON j.id = e.id WHERE j IS NULL OR to_jsonb(j) <> to_jsonb(e)")).Should().Be(0, "I3 a finished job never changes");
}
