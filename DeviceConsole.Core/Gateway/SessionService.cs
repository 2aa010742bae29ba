using System.Text.Json;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Gateway;

/// <summary>Reads sessions, traces and events of devices, within the caller's rights and scope.</summary>
public sealed class SessionService
{
    private const int MaximumPage = 200;

    private const string Columns =
        """
        SELECT s.id, s.device_id, coalesce(d.name, ''), s.protocol, s.transport, s.remote, s.opened_at, s.closed_at,
               s.closed_at IS NULL AND EXISTS (SELECT FROM connections c WHERE c.tenant_id = $1 AND c.device_id = s.device_id AND c.protocol = s.protocol
                   AND c.node = s.node AND c.lease_until > now() AND c.opened_at <= s.opened_at + interval '1 minute' AND c.opened_at >= s.opened_at - interval '1 minute'),
               s.reason, s.failed, s.jobs
        FROM device_sessions s JOIN devices d ON d.tenant_id = $1 AND d.id = s.device_id
        """;

    private const string Sessions = Columns +
        """

        WHERE s.tenant_id = $1 AND ($2::uuid IS NULL OR s.device_id = $2) AND ($3::uuid[] IS NULL OR s.device_id = ANY ($3))
          AND ($4::timestamptz IS NULL OR s.opened_at < $4) AND (NOT $5 OR s.failed)
        ORDER BY s.opened_at DESC, s.id LIMIT $6
        """;

    private const string Device = "SELECT id FROM devices WHERE tenant_id = $1 AND id = $2";

    private readonly DataSources dataSources;

    /// <summary>One for the process.</summary>
    public SessionService(DataSources dataSources) => this.dataSources = dataSources;

    /// <summary>Sessions, the newest first: of one device, or of all.</summary>
    /// <param name="caller">Needs <see cref="Rights.View"/>.</param>
    /// <param name="device">Only this one's; null for all.</param>
    /// <param name="failedOnly">Only those that ended otherwise than they should.</param>
    /// <param name="before">Continue before this moment; null for the newest.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<Result<IReadOnlyList<SessionView>>> ListAsync(Caller caller, Guid? device, bool failedOnly, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see sessions");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Sessions, Sql.Uuid(caller.Tenant), Sql.Uuid(device), Sql.Uuids(caller.Scope.ToArray()), Sql.Time(before), Sql.Bool(failedOnly), Sql.Int(Math.Clamp(limit, 1, MaximumPage)));
        return await batch.ListAsync(ReadSession, cancellationToken);
    }

    /// <summary>How the sessions of the last week failed, the most frequent reason first; at most 50.</summary>
    public async Task<Result<IReadOnlyList<SessionFailure>>> FailuresAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see sessions");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT s.reason, s.protocol, count(*), count(DISTINCT s.device_id), (array_agg(s.id ORDER BY s.opened_at DESC))[1], max(s.opened_at)
            FROM device_sessions s
            WHERE s.tenant_id = $1 AND s.failed AND s.reason IS NOT NULL AND s.opened_at > now() - interval '7 days' AND ($2::uuid[] IS NULL OR s.device_id = ANY ($2))
            GROUP BY s.reason, s.protocol ORDER BY count(*) DESC, max(s.opened_at) DESC LIMIT 50
            """, Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()));
        return await batch.ListAsync(r => new SessionFailure(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetGuid(4), r.Time(5)), cancellationToken);
    }

    /// <summary>One session.</summary>
    public async Task<Result<SessionView>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.NotFound("session");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Columns + "\nWHERE s.tenant_id = $1 AND s.id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        var found = await batch.ListAsync(ReadSession, cancellationToken);
        return found.Count == 1 && caller.Scope.Allows(found[0].DeviceId) ? found[0] : Problem.NotFound("session");
    }

    /// <summary>The exchange of a job, attempt by attempt.</summary>
    public Task<Result<IReadOnlyList<TraceView>>> TraceOfJobAsync(Caller caller, Guid job, CancellationToken cancellationToken) =>
        TracesAsync(caller, "job", "SELECT device_id FROM jobs WHERE tenant_id = $1 AND id = $2", "t.job_id = $3", job, cancellationToken);

    /// <summary>What was said in a session, its jobs included.</summary>
    public Task<Result<IReadOnlyList<TraceView>>> TraceOfSessionAsync(Caller caller, Guid session, CancellationToken cancellationToken) =>
        TracesAsync(caller, "session", "SELECT device_id FROM device_sessions WHERE tenant_id = $1 AND id = $2", "t.session_id = $3", session, cancellationToken);

    /// <summary>The newest exchanges with a device.</summary>
    public Task<Result<IReadOnlyList<TraceView>>> TraceOfDeviceAsync(Caller caller, Guid device, CancellationToken cancellationToken) =>
        TracesAsync(caller, "device", Device, "t.device_id = $3", device, cancellationToken);

    /// <summary>What a device told, the newest first.</summary>
    public async Task<Result<IReadOnlyList<DeviceEventView>>> EventsAsync(Caller caller, Guid device, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        if (!await IsVisibleAsync(caller, Device, device, cancellationToken)) return Problem.NotFound("device");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT id, at, protocol, kind, message, detail::text FROM device_events
            WHERE tenant_id = $1 AND device_id = $2 AND ($3::timestamptz IS NULL OR at < $3) ORDER BY at DESC, id LIMIT $4
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(device), Sql.Time(before), Sql.Int(Math.Clamp(limit, 1, MaximumPage)));
        return await batch.ListAsync(r => new DeviceEventView(r.GetGuid(0), r.Time(1), r.GetString(2), r.GetString(3), r.GetString(4), r.TextOrNull(5)), cancellationToken);
    }

    /// <summary>By which protocols the device is connected now.</summary>
    public async Task<Result<IReadOnlyList<ConnectionView>>> ConnectionsAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.Allows(device)) return Problem.NotFound("device");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT protocol, opened_at FROM connections WHERE tenant_id = $1 AND device_id = $2 AND lease_until > now() ORDER BY protocol", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        return await batch.ListAsync(r => new ConnectionView(r.GetString(0), r.Time(1)), cancellationToken);
    }

    private async Task<Result<IReadOnlyList<TraceView>>> TracesAsync(Caller caller, string what, string owner, string which, Guid id, CancellationToken cancellationToken)
    {
        if (!await IsVisibleAsync(caller, owner, id, cancellationToken)) return Problem.NotFound(what);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            $"""
            SELECT x.* FROM (SELECT t.id, t.device_id, t.protocol, t.job_id, t.session_id, t.attempt, t.at, t.entries::text FROM traces t
                WHERE t.tenant_id = $1 AND ($2::uuid[] IS NULL OR t.device_id = ANY ($2)) AND {which} ORDER BY t.at DESC LIMIT 100) x
            ORDER BY x.at
            """, Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()), Sql.Uuid(id));
        return await batch.ListAsync(Read, cancellationToken);
    }

    // Not there and not visible are the same.
    private async Task<bool> IsVisibleAsync(Caller caller, string owner, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return false;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(owner, Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        return (await batch.ListAsync(r => r.GetGuid(0), cancellationToken)) is [var device] && caller.Scope.Allows(device);
    }

    private static SessionView ReadSession(NpgsqlDataReader r) => new(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.TextOrNull(5), r.Time(6),
        r.TimeOrNull(7), r.GetBoolean(8), r.TextOrNull(9), r.GetBoolean(10), r.GetInt32(11));

    private static TraceView Read(NpgsqlDataReader r) =>
        new(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.UuidOrNull(3), r.UuidOrNull(4), r.IsDBNull(5) ? null : r.GetInt32(5), r.Time(6), Entries(r.GetString(7)));

    private static List<TraceEntry> Entries(string text)
    {
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(e => new TraceEntry(e.GetProperty("at").GetDateTimeOffset(), e.GetProperty("d").GetString() switch
        {
            "in" => TraceDirection.In,
            "out" => TraceDirection.Out,
            _ => TraceDirection.Note,
        }, e.GetProperty("t").GetString()!, e.GetProperty("b").GetString()!))];
    }
}
