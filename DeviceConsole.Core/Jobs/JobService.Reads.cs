using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

public sealed partial class JobService
{
    /// <summary>Jobs, newest first. A cursor that was not made by this list gives an empty page.</summary>
    public async Task<Page<JobView>> ListAsync(Caller caller, JobQuery query, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(query.Limit, 1, 200);
        Guid after = default;
        if (!caller.May(Rights.View) || (query.After is not null && !Guid.TryParseExact(query.After, "N", out after))) return new Page<JobView>([], null);

        var parameters = new List<NpgsqlParameter> { Sql.Uuid(caller.Tenant), Sql.Int(limit + 1) };
        var where = "j.tenant_id = $1";
        string Next(NpgsqlParameter parameter)
        {
            parameters.Add(parameter);
            return $"${parameters.Count}";
        }
        // The states' names stand in the text, not in a parameter, so that the partial indexes of live and failed jobs can serve.
        if (query.States.Count > 0) where += $" AND j.state IN ({string.Join(", ", query.States.Distinct().Select(s => $"'{s.Text()}'"))})";
        if (query.DeadLetter) where += " AND j.state = 'failed' AND j.attempt >= j.max_attempts";
        if (query.DeviceId is { } device) where += $" AND j.device_id = {Next(Sql.Uuid(device))}";
        if (query.Operations.Count > 0) where += $" AND j.operation = ANY ({Next(Sql.Texts([.. query.Operations.Select(FaultJson.Storable)]))})";
        if (query.Protocol is { } protocol) where += $" AND j.protocol = {Next(Sql.Text(FaultJson.Storable(protocol)))}";
        if (!caller.Scope.IsAll) where += $" AND j.device_id = ANY ({Next(Sql.Uuids(caller.Scope.ToArray()))})";
        if (query.After is not null) where += $" AND j.id < {Next(Sql.Uuid(after))}";

        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {JobRows.Columns} {JobRows.Tables} WHERE {where} ORDER BY j.tenant_id DESC, j.id DESC LIMIT $2", [.. parameters]);
        var jobs = await batch.ListAsync(rows.Read, cancellationToken);
        if (jobs.Count <= limit) return new Page<JobView>(jobs, null);
        jobs.RemoveAt(limit);
        return new Page<JobView>(jobs, jobs[^1].Id.ToString("N"));
    }

    /// <summary>A job with its arguments, time line and values.</summary>
    public Task<Result<JobDetail>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken) => GetAsync(caller, id, true, cancellationToken);

    /// <summary>The same without the values, which may be many: <see cref="JobResults"/> gives a window of them.</summary>
    public Task<Result<JobDetail>> HeadAsync(Caller caller, Guid id, CancellationToken cancellationToken) => GetAsync(caller, id, false, cancellationToken);

    private async Task<Result<JobDetail>> GetAsync(Caller caller, Guid id, bool withValues, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {JobRows.Columns} {JobRows.Tables} WHERE j.tenant_id = $1 AND j.id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id))
            .Add("SELECT at, state, attempt, reason FROM job_history WHERE tenant_id = $1 AND job_id = $2 ORDER BY at", Sql.Uuid(caller.Tenant), Sql.Uuid(id))
            .Add(withValues ? "SELECT vals::text FROM job_results WHERE tenant_id = $1 AND job_id = $2" : "SELECT '[]' FROM job_results WHERE tenant_id = $1 AND job_id = $2 AND false", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return Problem.NotFound("job");
        var job = rows.Read(reader);
        var arguments = JsonNode.Parse(reader.GetString(5)) as JsonObject ?? [];
        if (!caller.May(Rights.View) || !caller.Scope.Allows(job.DeviceId)) return Problem.NotFound("job");
        await reader.NextResultAsync(cancellationToken);
        var transitions = await reader.ListAsync(r => new JobTransition(r.Time(0), JobStates.Parse(r.GetString(1)) ?? JobState.Queued, r.GetInt32(2), r.TextOrNull(3)), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        IReadOnlyList<ParameterValue> values = await reader.ReadAsync(cancellationToken) ? JobValues.Read(reader.GetString(0)) : [];
        return new JobDetail(job, arguments, transitions, values);
    }

    /// <summary>The tenant's jobs in numbers, within the caller's scope.</summary>
    public async Task<JobCounts> CountAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return new JobCounts(0, 0, 0, 0, 0, 0);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT (SELECT count(*) FROM jobs WHERE tenant_id = $1 AND state = 'queued' AND ($2::uuid[] IS NULL OR device_id = ANY ($2))),
                   (SELECT count(*) FROM jobs WHERE tenant_id = $1 AND state = 'running' AND ($2::uuid[] IS NULL OR device_id = ANY ($2)))
            """, Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()));
        var now = await batch.FirstAsync(r => (Queued: r.GetInt64(0), Running: r.GetInt64(1)), cancellationToken);
        var hour = await HistoryAsync(caller, TimeSpan.FromHours(1), 1, cancellationToken);
        return new JobCounts((int)now.Queued, (int)now.Running, hour[0].Completed, hour[0].Failed, hour[0].Cancelled, hour[0].Expired);
    }

    /// <summary>How many jobs ended how, in <paramref name="buckets"/> equal intervals up to now, oldest first.</summary>
    public async Task<IReadOnlyList<JobBucket>> HistoryAsync(Caller caller, TimeSpan span, int buckets, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 1);
        var from = time.GetUtcNow() - span;
        var counts = new int[buckets, 4];
        if (caller.May(Rights.View))
        {
            await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
            batch.Add(
                """
                SELECT least($4 - 1, floor(extract(epoch FROM j.finished_at - $2) / extract(epoch FROM $3) * $4))::integer, j.state, count(*)
                FROM jobs j
                WHERE j.tenant_id = $1 AND j.finished_at >= $2 AND ($5::uuid[] IS NULL OR j.device_id = ANY ($5))
                GROUP BY 1, 2
                """, Sql.Uuid(caller.Tenant), Sql.Time(from), Sql.Interval(span), Sql.Int(buckets), Sql.Uuids(caller.Scope.ToArray()));
            foreach (var (bucket, state, count) in await batch.ListAsync(r => (r.GetInt32(0), JobStates.Parse(r.GetString(1)), r.GetInt64(2)), cancellationToken))
                counts[bucket, (int)state!.Value - (int)JobState.Completed] = (int)count;
        }
        return [.. Enumerable.Range(0, buckets).Select(i => new JobBucket(from + span * i / buckets, counts[i, 0], counts[i, 1], counts[i, 2], counts[i, 3]))];
    }

    internal async Task<JobView?> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {JobRows.Columns} {JobRows.Tables} WHERE j.tenant_id = $1 AND j.id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        return await batch.FirstAsync(rows.Read, cancellationToken);
    }
}
