using System.Diagnostics;
using DeviceConsole.Core.Data;
using NpgsqlTypes;

namespace DeviceConsole.Core.Jobs;

/// <summary>Takes jobs for this node, fairly between tenants, and finds those that were taken without its knowing.</summary>
internal sealed class JobClaims(DataSources dataSources, JobMetrics metrics)
{
    private const string Claim =
        """
        SELECT tenant_id, id, device_id, protocol, operation, arguments::text, idempotent, timeout_ms, attempt, max_attempts,
               extract(epoch FROM started_at - run_at)::float8, schedule_id IS NOT NULL
        FROM sys.claim_jobs($1, $2, $3)
        """;

    /// <summary>Up to <paramref name="count"/> jobs, now running under the lease.</summary>
    /// <param name="lease">This node's.</param>
    /// <param name="count">Free slots.</param>
    /// <param name="full">Tenants that hold their share already; they get more only when nobody else waits.</param>
    /// <param name="cancellationToken">Ends the wait for the database; what it has taken by then is found by <see cref="FindOrphansAsync"/>.</param>
    public async Task<List<ClaimedJob>> TakeAsync(WorkerLease lease, int count, Guid[] full, CancellationToken cancellationToken)
    {
        var jobs = await TakeOnceAsync(lease, count, full, cancellationToken);
        return jobs.Count == 0 && full.Length > 0 ? await TakeOnceAsync(lease, count, [], cancellationToken) : jobs;
    }

    /// <summary>Running jobs of the lease that <paramref name="known"/> does not know: the answer to their claim got lost.</summary>
    public async Task<List<ClaimedJob>> FindOrphansAsync(WorkerLease lease, RunningJobs known, TimeSpan sessionAge, CancellationToken cancellationToken)
    {
        await using var command = dataSources.Completions.CreateCommand("SELECT tenant_id, job_id, device_id, protocol, attempt, session_bound, seconds FROM sys.worker_jobs($1)");
        command.Parameters.Add(Sql.Uuid(lease.Id));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var orphans = await reader.ListAsync(r => (Job: new ClaimedJob(r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3), "", "", true, TimeSpan.Zero, r.GetInt32(4), 0, lease), Bound: r.GetBoolean(5), Age: r.GetDouble(6)), cancellationToken);
        // Sessions claim beside this loop: what is young may be on its way to them.
        return [.. orphans.Where(o => !known.Contains(o.Job.Id) && (!o.Bound || o.Age > sessionAge.TotalSeconds)).Select(o => o.Job)];
    }

    private async Task<List<ClaimedJob>> TakeOnceAsync(WorkerLease lease, int count, Guid[] excluded, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var command = dataSources.Completions.CreateCommand(Claim);
        command.CommandTimeout = 15;
        command.Parameters.Add(Sql.Uuid(lease.Id));
        command.Parameters.Add(Sql.Int(count));
        command.Parameters.Add(Sql.Array(excluded, NpgsqlDbType.Uuid));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var jobs = await reader.ListAsync(r =>
        {
            metrics.Waited(r.GetString(3), r.GetDouble(10));
            return new ClaimedJob(r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3), r.GetString(4), r.GetString(5),
                r.GetBoolean(6), TimeSpan.FromMilliseconds(r.GetInt32(7)), r.GetInt32(8), r.GetInt32(9), lease)
            { IsScheduled = r.GetBoolean(11) };
        }, cancellationToken);
        if (jobs.Count > 0) metrics.Claimed(Stopwatch.GetElapsedTime(started));
        return jobs;
    }
}
