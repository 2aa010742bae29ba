using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NpgsqlTypes;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// The engine towards devices that call in. A session belongs to the node that opened it last; its jobs are claimed under the same lane lock,
/// lease and fence as everybody else's.
/// </summary>
internal sealed partial class DeviceGateway(
    DataSources dataSources, DeviceSecrets secrets, NodeLease node, CompletionWriter writer, RunningJobs running, IOptions<JobOptions> options, TimeProvider time, ILogger<DeviceGateway> logger)
    : IDeviceGateway
{
    private static readonly IReadOnlyDictionary<string, string> NoCredentials = new Dictionary<string, string>();
    private static readonly string Interrupted = FaultJson.Write(new ProtocolFault(FaultClass.Internal, "engine.session-restarted",
        "The device began a new session in the middle of this job. Nobody knows whether it carried it out; look at the device before you run it again."));

    private readonly ConcurrentDictionary<Guid, SessionJob> handedOut = new();
    private readonly JobOptions options = options.Value;

    /// <inheritdoc />
    public async Task<ProtocolTarget?> AuthenticateAsync(string tenantSlug, string protocol, string identity, Func<IReadOnlyDictionary<string, string>, bool> verify, CancellationToken cancellationToken)
    {
        var target = await FindAsync(tenantSlug, protocol, identity, cancellationToken);
        var proved = verify(target?.Secrets ?? NoCredentials);
        return proved ? target : null;
    }

    /// <inheritdoc />
    public async Task<DeviceSession> OpenSessionAsync(ProtocolTarget target, string protocol, CancellationToken cancellationToken)
    {
        var lease = await node.WaitAsync(cancellationToken);
        foreach (var (id, job) in handedOut)
            if (job.Session.TenantId == target.TenantId && job.Session.DeviceId == target.DeviceId && job.Session.Protocol == protocol) Take(id, job);
        await using var batch = new TenantBatch(dataSources.App, target.TenantId);
        batch.Add(SessionStatements.LockLane, Sql.Uuid(target.TenantId), Sql.Uuid(target.DeviceId))
            .Add(SessionStatements.Open, Sql.Uuid(target.TenantId), Sql.Uuid(target.DeviceId), Sql.Text(protocol), Sql.Uuid(lease.Id), Sql.Interval(options.SessionLease), Sql.Json(Interrupted));
        await using var reader = await batch.ReadAsync(cancellationToken);
        // An insert gives no rows, so the reader stands on the epoch.
        await reader.ReadAsync(cancellationToken);
        var session = new DeviceSession(target.TenantId, target.DeviceId, protocol, lease.Id, reader.GetInt64(0));
        await reader.FinishAsync(cancellationToken);
        return session;
    }

    /// <inheritdoc />
    public async Task<SessionWork?> NextWorkAsync(DeviceSession session, CancellationToken cancellationToken)
    {
        if (node.Current is not { } lease || lease.Id != session.Node) return null;
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add(SessionStatements.LockLane, Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId)).Add(SessionStatements.Next, SessionStatements.Of(session));
        var rows = await batch.ListAsync(r => (
            Job: new ClaimedJob(session.TenantId, r.GetGuid(0), session.DeviceId, session.Protocol, r.GetString(1), r.GetString(2), r.GetBoolean(3),
                TimeSpan.FromMilliseconds(r.GetInt32(4)), r.GetInt32(5), r.GetInt32(6), lease), Arguments: r.GetString(2)), cancellationToken);
        if (rows.Count == 0 || handedOut.ContainsKey(rows[0].Job.Id)) return null;

        var job = rows[0].Job;
        var handed = new SessionJob(job, session, time.GetUtcNow() + job.Timeout);
        if (!handedOut.TryAdd(job.Id, handed)) return null;
        running.Add(job.Tenant, job.Id, () => _ = EndAsync(job.Id, handed, job.Cancelled()));
        handed.Timer = time.CreateTimer(_ => _ = EndAsync(job.Id, handed, job.End(ProtocolOutcome.Failure(TimedOut))), null, job.Timeout, Timeout.InfiniteTimeSpan);
        return handed.Work(JsonNode.Parse(rows[0].Arguments) as JsonObject ?? []);
    }

    /// <inheritdoc />
    public async Task<bool> CompleteAsync(DeviceSession session, SessionWork work, ProtocolOutcome outcome, CancellationToken cancellationToken) =>
        handedOut.TryGetValue(work.JobId, out var handed) && handed.Session == session && handed.Job.Attempt == work.Attempt
        && await EndAsync(work.JobId, handed, handed.Job.End(outcome)).WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async Task StoreValuesAsync(DeviceSession session, IReadOnlyList<ParameterValue> values, CancellationToken cancellationToken)
    {
        if (values.Count == 0) return;
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add(SessionStatements.Store, SessionStatements.Of(session,
            Sql.Uuids([.. values.Select(_ => session.DeviceId)]),
            Sql.Texts([.. values.Select(v => FaultJson.Storable(v.Path))]),
            Sql.Texts([.. values.Select(v => v.Value is null ? null : FaultJson.Storable(v.Value))]),
            Sql.Texts([.. values.Select(v => FaultJson.Storable(v.Type))]),
            Sql.Array([.. values.Select(v => v.Writable)], NpgsqlDbType.Boolean)));
        await batch.ExecuteAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task RaiseEventAsync(DeviceSession session, string kind, string message, JsonObject? detail, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add(SessionStatements.Event, SessionStatements.Of(session,
            Sql.Uuid(Guid.CreateVersion7()), Sql.Text(FaultJson.Clean(kind)), Sql.Text(FaultJson.Clean(message)), Sql.Json(detail?.ToJsonString())));
        await batch.ExecuteAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<bool> RenewSessionAsync(DeviceSession session, CancellationToken cancellationToken)
    {
        if (node.Current?.Id != session.Node) return false;
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add(SessionStatements.Renew, SessionStatements.Of(session, Sql.Interval(options.SessionLease)));
        return await batch.ExecuteAsync(cancellationToken) == 1;
    }

    /// <inheritdoc />
    public async Task CloseSessionAsync(DeviceSession session, string reason, CancellationToken cancellationToken)
    {
        foreach (var (id, handed) in handedOut)
            if (handed.Session == session) await EndAsync(id, handed, handed.Job.Released(reason, underWay: true));
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add(SessionStatements.Close, SessionStatements.Of(session));
        await batch.ExecuteAsync(cancellationToken);
    }

    private static ProtocolFault TimedOut { get; } = new(FaultClass.Timeout, "job.timeout", "The device called in and took the job, but did not finish it in time.");

    // Whoever removes the entry ends the job: the device, an operator, the clock or the session's end.
    private async Task<bool> EndAsync(Guid id, SessionJob handed, Completion completion)
    {
        if (!handedOut.TryRemove(new KeyValuePair<Guid, SessionJob>(id, handed))) return false;
        handed.Dispose();
        try
        {
            return await writer.WriteAsync(completion);
        }
        finally
        {
            running.Remove(handed.Job.Tenant, id);
        }
    }

    // The statement that opens the new session gives the job back.
    private void Take(Guid id, SessionJob handed)
    {
        if (!handedOut.TryRemove(new KeyValuePair<Guid, SessionJob>(id, handed))) return;
        handed.Dispose();
        running.Remove(handed.Job.Tenant, id);
    }

    private async Task<ProtocolTarget?> FindAsync(string slug, string protocol, string identity, CancellationToken cancellationToken)
    {
        if (FaultJson.Storable(slug) != slug || FaultJson.Storable(identity) != identity) return null;
        await using var look = dataSources.App.CreateCommand("SELECT id FROM sys.tenant_by_slug($1) WHERE status = 'active'");
        look.Parameters.Add(Sql.Text(slug));
        if (await look.ExecuteScalarAsync(cancellationToken) is not Guid tenant) return null;

        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT device_id FROM device_endpoints WHERE tenant_id = $1 AND protocol = $2 AND identity = $3", Sql.Uuid(tenant), Sql.Text(protocol), Sql.Text(identity));
        var found = await batch.ListAsync(r => r.GetGuid(0), cancellationToken);
        if (found.Count == 0) return null;
        var loads = await secrets.LoadTargetsAsync(tenant, [(found[0], protocol)], cancellationToken);
        if (!loads.TryGetValue((found[0], protocol), out var load)) return null;
        if (load.Problem is not null) LogUnreadable(found[0], load.Problem);
        return load.Target;
    }

    [LoggerMessage(2601, LogLevel.Error, "Device {Device} called in, but its credentials cannot be read: {Problem}")]
    private partial void LogUnreadable(Guid device, string problem);
}
