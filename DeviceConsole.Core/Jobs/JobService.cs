using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Jobs for people and scripts: enqueue, look, cancel, run again. Field errors name <c>deviceId</c>, <c>protocol</c>, <c>operation</c>,
/// <c>timeout</c>, … or, for an operation's own fields, <c>arguments.</c> and the field of the descriptor (<c>arguments.oids[2]</c>).
/// </summary>
public sealed partial class JobService
{
    /// <summary>The most jobs of one <see cref="EnqueueManyAsync"/>.</summary>
    public const int MaximumBatch = 1_000;

    private readonly DataSources dataSources;
    private readonly ProtocolCatalog protocols;
    private readonly JobCheck check;
    private readonly JobRows rows;
    private readonly TimeProvider time;
    private readonly HandOver? handOver;

    /// <summary>One for the process. With <paramref name="handOver"/> a worker of this node may take jobs as they are enqueued.</summary>
    public JobService(DataSources dataSources, ProtocolCatalog protocols, TimeProvider time, HandOver? handOver = null)
    {
        this.handOver = handOver;
        this.dataSources = dataSources;
        this.protocols = protocols;
        this.time = time;
        check = new JobCheck(dataSources, protocols);
        rows = new JobRows(protocols);
    }

    /// <summary>Puts one job into the queue. The same idempotency key with the same request gives the job that is already there.</summary>
    public async Task<Result<JobView>> EnqueueAsync(Caller caller, JobRequest request, CancellationToken cancellationToken)
    {
        var made = await EnqueueAsync(caller, [request], null, cancellationToken);
        if (made.Problem is { } problem) return problem;
        return await FindAsync(caller, made.Value[0], cancellationToken) is { } job ? job : Problem.NotFound("job");
    }

    /// <summary>
    /// Puts up to <see cref="MaximumBatch"/> jobs into the queue, all or none, in one transaction with one notification.
    /// Gives their ids in the order of the requests. Field errors start with <c>[n].</c>, the request's index.
    /// </summary>
    public async Task<Result<IReadOnlyList<Guid>>> EnqueueManyAsync(Caller caller, IReadOnlyList<JobRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Count == 0) return Problem.Invalid("", "There is no job in the request.");
        if (requests.Count > MaximumBatch) return Problem.Invalid("", $"One request takes at most {MaximumBatch:N0} jobs; this one has {requests.Count:N0}. Send several.");
        return await EnqueueAsync(caller, requests, null, cancellationToken);
    }

    /// <summary>Runs an ended job's request again, as a new job with <see cref="JobView.RetryOf"/>.</summary>
    public async Task<Result<JobView>> RetryAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT device_id, protocol, operation, arguments::text, priority, timeout_ms, max_attempts, state FROM jobs WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        var old = await batch.FirstAsync(r => (Request: Repeat(r), State: JobStates.Parse(r.GetString(7))), cancellationToken);
        if (!caller.May(Rights.View) || old.Request is null || !caller.Scope.Allows(old.Request.DeviceId)) return Problem.NotFound("job");
        if (old.State is { } state && !state.IsTerminal()) return Problem.Conflict($"This job is still {state.Text()}. Cancel it first, or wait for its end.");
        var made = await EnqueueAsync(caller, [old.Request], id, cancellationToken);
        if (made.Problem is { } problem) return problem;
        return await FindAsync(caller, made.Value[0], cancellationToken) is { } job ? job : Problem.NotFound("job");
    }

    private async Task<Result<IReadOnlyList<Guid>>> EnqueueAsync(Caller caller, IReadOnlyList<JobRequest> requests, Guid? retryOf, CancellationToken cancellationToken)
    {
        var jobs = new List<NewJob>(requests.Count);
        var audited = false;
        for (var i = 0; i < requests.Count; i++)
        {
            var (operation, problem) = check.CheckRequest(caller, requests[i]);
            if (problem is not null) return At(problem, i, requests.Count);
            if (requests[i].ExpiresAt <= time.GetUtcNow()) return At(Problem.Invalid("expiresAt", "The moment of expiry has passed already."), i, requests.Count);
            audited |= operation!.Writes;
            jobs.Add(new NewJob(JobId.Next(), requests[i], check.IsSessionBound(requests[i].Protocol), operation.Idempotent, requests[i].Timeout ?? operation.DefaultTimeout) { RetryOf = retryOf });
        }
        if (await check.CheckDevicesAsync(caller, requests, cancellationToken) is { } wrong) return At(wrong.Problem, wrong.Index, requests.Count);
        if (await check.CheckFilesAsync(caller, requests, cancellationToken) is { } missing) return At(missing.Problem, missing.Index, requests.Count);

        return await InsertOnceAsync(caller, jobs, retryOf, audited, cancellationToken);
    }

    private static JobRequest? Repeat(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetString(1), row.GetString(2), JsonNode.Parse(row.GetString(3)) as JsonObject ?? [])
        {
            Priority = (JobPriority)row.GetInt16(4),
            Timeout = TimeSpan.FromMilliseconds(row.GetInt32(5)),
            MaxAttempts = row.GetInt32(6),
        };

    private static Problem At(Problem problem, int index, int count) => count == 1 || problem.Errors.Count == 0 ? problem
        : problem with { Errors = [.. problem.Errors.Select(e => e with { Field = $"[{index}].{e.Field}" })] };
}
