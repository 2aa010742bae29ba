using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Gateway;

/// <summary>One way by which a device can be asked to call in.</summary>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Way">In the protocol's words: "HTTP", "UDP".</param>
/// <param name="AskedAt">When it was tried last.</param>
/// <param name="SuccessAt">When it worked last.</param>
/// <param name="FailureAt">When it failed last.</param>
/// <param name="Failure">Why it failed then.</param>
public sealed record ReachabilityView(string Protocol, string Way, DateTimeOffset AskedAt, DateTimeOffset? SuccessAt, DateTimeOffset? FailureAt, string? Failure)
{
    /// <summary>True where it worked the last time that something was heard of it; null where nothing was.</summary>
    public bool? Works => (SuccessAt, FailureAt) switch
    {
        (null, null) => null,
        (null, _) => false,
        (_, null) => true,
        var (good, bad) => good > bad,
    };
}

/// <summary>Reachability as a state of the device, with its evidence.</summary>
public sealed class ReachabilityService
{
    private const string Note =
        """
        INSERT INTO device_reachability AS r (tenant_id, device_id, protocol, way, asked_at, success_at, failure_at, failure)
        SELECT $1, $2, $3, $4, now(),
               -- A way without an answer: the device may have come because of it before this is written.
               CASE WHEN $5 THEN now() WHEN $5 IS NULL THEN (SELECT max(s.opened_at) FROM device_sessions s WHERE s.tenant_id = $1 AND s.device_id = $2 AND s.protocol = $3 AND s.opened_at >= $7) END,
               CASE WHEN NOT $5 THEN now() END, $6
        WHERE EXISTS (SELECT FROM devices d WHERE d.tenant_id = $1 AND d.id = $2)
        ON CONFLICT (tenant_id, device_id, protocol, way) DO UPDATE SET asked_at = now(), success_at = coalesce(excluded.success_at, r.success_at),
            failure_at = coalesce(excluded.failure_at, r.failure_at), failure = CASE WHEN excluded.failure_at IS NULL THEN r.failure ELSE excluded.failure END
        """;

    private readonly DataSources dataSources;

    /// <summary>One for the process.</summary>
    public ReachabilityService(DataSources dataSources) => this.dataSources = dataSources;

    /// <summary>The ways that were tried with a device, those that work first. Needs <see cref="Rights.View"/>; the device is within the caller's scope.</summary>
    public async Task<Result<IReadOnlyList<ReachabilityView>>> ListAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.Allows(device)) return Problem.NotFound("device");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT id FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        batch.Add("SELECT protocol, way, asked_at, success_at, failure_at, failure FROM device_reachability WHERE tenant_id = $1 AND device_id = $2 ORDER BY protocol, success_at DESC NULLS LAST, way",
            Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return Problem.NotFound("device");
        await reader.NextResultAsync(cancellationToken);
        return await reader.ListAsync(r => new ReachabilityView(r.GetString(0), r.GetString(1), r.Time(2), r.TimeOrNull(3), r.TimeOrNull(4), r.TextOrNull(5)), cancellationToken);
    }

    /// <summary>Adds what came of one attempt; <paramref name="began"/> is when it began, by the clock that sessions are opened by.</summary>
    internal static void Add(TenantBatch batch, Guid tenant, Guid device, string protocol, WakeAttempt attempt, DateTimeOffset began) =>
        batch.Add(Note, Sql.Uuid(tenant), Sql.Uuid(device), Sql.Text(protocol), Sql.Text(attempt.Way), Sql.Bool(attempt.Reached), Sql.Text(attempt.Failure is { } failure ? Jobs.FaultJson.Clean(failure) : null), Sql.Time(began));
}
