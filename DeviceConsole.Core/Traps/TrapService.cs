using DeviceConsole.Core.Data;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Traps;

/// <summary>A stored notification.</summary>
/// <param name="Id">The event.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="DeviceName">Its name.</param>
/// <param name="At">When it came.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Oid">The notification's object identifier.</param>
/// <param name="Message">One line for people, beginning with its name.</param>
/// <param name="Detail">The variables and how it came, as JSON.</param>
public sealed record TrapView(Guid Id, Guid DeviceId, string DeviceName, DateTimeOffset At, string Protocol, string Oid, string Message, string? Detail);

/// <summary>Reads stored notifications, within the caller's rights and scope. What had no names when it came has those of modules that were uploaded since.</summary>
public sealed class TrapService(DataSources dataSources, MibCache mibs)
{
    /// <summary>The change feed's topic; its keys are devices.</summary>
    public const string Topic = TrapStore.Topic;

    private const int MaximumPage = 200, MaximumSearch = 100;

    /// <summary>The newest first.</summary>
    /// <param name="caller">Needs <see cref="Rights.View"/>.</param>
    /// <param name="search">Part of the message, the object identifier or the device's name; empty for all.</param>
    /// <param name="before">Continue before this moment; null for the newest.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<Result<IReadOnlyList<TrapView>>> ListAsync(Caller caller, string? search, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see traps");
        var wanted = (search ?? "").Trim().ToLowerInvariant();
        if (wanted.Length > MaximumSearch || wanted.Contains('\0', StringComparison.Ordinal)) return Problem.Invalid("search", $"A search has at most {MaximumSearch} printable characters.");
        var tree = (await mibs.GetAsync(caller.Tenant, cancellationToken)).Tree;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        // Only notifications have an object identifier for their kind.
        batch.Add(
            """
            SELECT e.id, e.device_id, d.name, e.at, e.protocol, e.kind, e.message, e.detail::text
            FROM device_events e JOIN devices d ON d.tenant_id = $1 AND d.id = e.device_id
            WHERE e.tenant_id = $1 AND e.kind ~ '^[0-2]\.[0-9]' AND ($2::uuid[] IS NULL OR e.device_id = ANY ($2)) AND ($3::timestamptz IS NULL OR e.at < $3)
              AND ($4 = '' OR strpos(lower(e.message), $4) > 0 OR starts_with(e.kind, $4) OR e.kind = ANY ($6) OR strpos(lower(d.name), $4) > 0)
            ORDER BY e.at DESC, e.id LIMIT $5
            """, Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()), Sql.Time(before), Sql.Text(wanted), Sql.Int(Math.Clamp(limit, 1, MaximumPage)),
            Sql.Texts([.. ParameterNames.Places(tree, (search ?? "").Trim())]));
        return await batch.ListAsync(
            r => TrapNames.Again(tree, new TrapView(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.Time(3), r.GetString(4), r.GetString(5), r.GetString(6), r.TextOrNull(7))), cancellationToken);
    }
}
