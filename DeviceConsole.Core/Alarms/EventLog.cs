using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Alarms;

/// <summary>An event of any device.</summary>
/// <param name="Id">The event.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="DeviceName">Its name.</param>
/// <param name="At">When.</param>
/// <param name="Protocol">By which protocol, or who else told.</param>
/// <param name="Kind">A word, or the object identifier of a trap.</param>
/// <param name="Message">In words.</param>
/// <param name="Detail">Its values as JSON.</param>
public sealed record LoggedEvent(Guid Id, Guid DeviceId, string DeviceName, DateTimeOffset At, string Protocol, string Kind, string Message, string? Detail);

/// <summary>What devices told, over all devices of a tenant; and the way in for what the product notices of them by itself.</summary>
public sealed class EventLog(DataSources dataSources, AlarmRules rules)
{
    private const int MaximumPage = 200;

    /// <summary>The newest first.</summary>
    /// <param name="caller">Needs <see cref="Rights.View"/>.</param>
    /// <param name="search">Part of the kind, the message or the device's name; empty for all.</param>
    /// <param name="before">Continue before this moment.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<Result<IReadOnlyList<LoggedEvent>>> ListAsync(Caller caller, string search, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see events");
        if (search.Length > 100 || search.Contains('\0', StringComparison.Ordinal)) return Problem.Invalid("search", "A search has at most 100 printable characters.");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT e.id, e.device_id, d.name, e.at, e.protocol, e.kind, e.message, e.detail::text FROM device_events e JOIN devices d ON d.tenant_id = e.tenant_id AND d.id = e.device_id
            WHERE e.tenant_id = $1 AND ($2::uuid[] IS NULL OR e.device_id = ANY ($2)) AND ($3::timestamptz IS NULL OR e.at < $3)
              AND ($4 = '' OR strpos(lower(e.message), $4) > 0 OR strpos(lower(e.kind), $4) > 0 OR strpos(lower(d.name), $4) > 0)
            ORDER BY e.at DESC LIMIT $5
            """, Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()), Sql.Time(before), Sql.Text(search.Trim().ToLowerInvariant()), Sql.Int(Math.Clamp(limit, 1, MaximumPage)));
        return await batch.ListAsync(r => new LoggedEvent(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.Time(3), r.GetString(4), r.GetString(5), r.GetString(6), r.TextOrNull(7)), cancellationToken);
    }

    /// <summary>Records an event of a device and makes alarms of it by the tenant's rules. Does nothing for a device that is gone.</summary>
    public async Task RecordAsync(Guid tenant, Guid device, AlarmEvent told, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(
            """
            WITH told AS (INSERT INTO device_events (tenant_id, device_id, id, protocol, kind, message, detail)
                SELECT $1, d.id, $3, $4, $5, $6, $7 FROM devices d WHERE d.tenant_id = $1 AND d.id = $2 RETURNING 1)
            SELECT 1, sys.notify_change('events', $1, ARRAY[$2::text]) FROM told
            """, Sql.Uuid(tenant), Sql.Uuid(device), Sql.Uuid(Guid.CreateVersion7()), Sql.Text(told.Protocol), Sql.Text(told.Kind), Sql.Text(told.Message), Sql.Json(told.Detail));
        if (await batch.FirstAsync(r => r.GetInt32(0), cancellationToken) == 1) await rules.NoteAsync(tenant, device, told, cancellationToken);
    }
}
