using DeviceConsole.Core.Data;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Neighbours;

/// <summary>
/// What is behind a gateway, and which gateway a device is behind: from what both tell in their calls and what was read of them. Nothing is asked of a device here.
/// </summary>
public sealed class NeighbourService(DataSources dataSources, ProtocolCatalog protocols)
{
    private const int MaximumValues = 20_000;
    private const int MaximumTold = 200;

    private const string Found = "SELECT d.id, d.name, e.identity, nullif(c.last_contact_at, '-infinity'), e.settings ->> 'gateway'";
    private const string Devices = "FROM device_endpoints e JOIN devices d ON d.tenant_id = $1 AND d.id = e.device_id JOIN device_contacts c ON c.tenant_id = $1 AND c.device_id = e.device_id";

    /// <summary>NotFound where there is no such device in the caller's tenant and scope. Needs <see cref="Rights.View"/>.</summary>
    public async Task<Result<NeighbourhoodView>> GetAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.Allows(device)) return Problem.NotFound("device");
        if (await OwnAsync(caller, device, cancellationToken) is not { } own) return Problem.NotFound("device");
        var use = own.Endpoints.Select(e => (e.Protocol, Use: protocols.Find(e.Protocol)?.Descriptor.Neighbours)).FirstOrDefault(e => e.Use is not null);
        // Other protocols may have told the tree: the identity is that of any of them.
        var uses = protocols.All.Select(p => p.Descriptor.Neighbours).OfType<NeighbourUse>().ToList();
        var gateways = GatewayOf(own, uses);
        var wanted = own.Rows.Rows.SelectMany(r => Identities(uses, r.Values)).Concat(gateways).Distinct(StringComparer.Ordinal).ToList();
        var found = await FindAsync(caller, wanted, own, cancellationToken);

        var behind = own.Rows.Rows.Select(r => View(r, Identities(uses, r.Values), found)).ToList();
        var listed = behind.Select(b => b.Device?.Id).ToHashSet();
        behind.AddRange(found.Told.Where(t => t.Device.Id != device && !listed.Contains(t.Device.Id) && caller.Scope.Allows(t.Device.Id)).DistinctBy(t => t.Device.Id)
            .Select(t => new NeighbourView { Kind = NeighbourKind.Told, Identity = t.Device.Identity, Device = t.Device }));
        var gateway = await GatewayAsync(caller, own, gateways, found, cancellationToken);
        return new NeighbourhoodView(gateway, behind, use.Use is null ? null : use.Protocol, use.Use?.Operation);
    }

    private static List<string> GatewayOf(Own own, List<NeighbourUse> uses)
    {
        var (oui, productClass, serial, endpoint) = own.Rows.GatewayInfo;
        var told = own.Endpoints.Select(e => e.Gateway).OfType<string>();
        return [.. uses.Select(u => u.IdentityOf(oui, productClass, serial)).OfType<string>().Concat(endpoint.Length > 0 ? [endpoint] : []).Concat(told).Distinct(StringComparer.Ordinal)];
    }

    private static List<string> Identities(List<NeighbourUse> uses, Dictionary<string, string> row) =>
        [.. uses.Select(u => u.IdentityOf(NeighbourRows.Of(row, "ManufacturerOUI"), NeighbourRows.Of(row, "ProductClass"), NeighbourRows.Of(row, "SerialNumber"))).OfType<string>().Distinct(StringComparer.Ordinal)];

    private static NeighbourView View((NeighbourKind Kind, string Path, Dictionary<string, string> Values) row, List<string> identities, FoundDevices found)
    {
        string Field(string name) => NeighbourRows.Of(row.Values, name);
        var device = identities.Select(i => found.ByIdentity.GetValueOrDefault(i)).FirstOrDefault(d => d is not null);
        return new NeighbourView
        {
            Kind = row.Kind, Path = row.Path, Identity = identities.FirstOrDefault() ?? Field("ProxiedDeviceID"), Device = device, BothSayIt = device is not null && found.Told.Any(t => t.Device.Id == device.Id),
            Hosts = [.. NeighbourRows.HostsOf(row.Values).Select(h => found.Hosts.GetValueOrDefault(h)).OfType<NeighbourHost>()],
            ProxyProtocol = Field("ProxyProtocol"), Controller = Field("ControllerID"), Reference = Field("Reference") is { Length: > 0 } reference ? reference : null,
            Command = Field("CommandProcessed"), CommandError = Field("CommandProcessingErrMsg"), LastSyncTime = Field("LastSyncTime"),
        };
    }

    private async Task<NeighbourGateway?> GatewayAsync(Caller caller, Own own, List<string> identities, FoundDevices found, CancellationToken cancellationToken)
    {
        if (identities.Count == 0) return null;
        var device = identities.Select(i => found.ByIdentity.GetValueOrDefault(i)).FirstOrDefault(d => d is not null);
        if (device is null) return new NeighbourGateway(identities[0], null, false);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT x.path, p.value FROM unnest($3::text[], $4::text[]) u(first, behind) JOIN parameter_paths x ON x.tenant_id = $1 AND x.path >= u.first AND x.path < u.behind
            JOIN parameters p ON p.tenant_id = $1 AND p.device_id = $2 AND p.path_id = x.id LIMIT $5
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(device.Id), Sql.Texts(NeighbourRows.Listings), Sql.Texts([.. NeighbourRows.Listings.Select(PathRange.End)]), Sql.Int(MaximumValues));
        var uses = protocols.All.Select(p => p.Descriptor.Neighbours).OfType<NeighbourUse>().ToList();
        var theirs = new NeighbourRows(await batch.ListAsync(r => (r.GetString(0), r.TextOrNull(1)), cancellationToken));
        var mine = own.Endpoints.Select(e => e.Identity).ToHashSet();
        return new NeighbourGateway(device.Identity, device, theirs.Rows.Any(r => Identities(uses, r.Values).Any(mine.Contains)));
    }

    private async Task<Own?> OwnAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT 1 FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        batch.Add("SELECT protocol, identity, settings ->> 'gateway' FROM device_endpoints WHERE tenant_id = $1 AND device_id = $2 ORDER BY protocol", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        batch.Add(
            """
            SELECT x.path, p.value FROM unnest($3::text[], $4::text[]) u(first, behind) JOIN parameter_paths x ON x.tenant_id = $1 AND x.path >= u.first AND x.path < u.behind
            JOIN parameters p ON p.tenant_id = $1 AND p.device_id = $2 AND p.path_id = x.id ORDER BY x.path_key LIMIT $5
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(device), Sql.Texts(NeighbourRows.Prefixes), Sql.Texts([.. NeighbourRows.Prefixes.Select(PathRange.End)]), Sql.Int(MaximumValues));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        await reader.NextResultAsync(cancellationToken);
        var endpoints = await reader.ListAsync(r => new Endpoint(r.GetString(0), r.TextOrNull(1), r.TextOrNull(2)), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return new Own(device, endpoints, new NeighbourRows(await reader.ListAsync(r => (r.GetString(0), r.TextOrNull(1)), cancellationToken)));
    }

    // Devices by their identities, devices that say they are behind this one, and hosts.
    private async Task<FoundDevices> FindAsync(Caller caller, List<string> identities, Own own, CancellationToken cancellationToken)
    {
        var hosts = own.Rows.Hosts;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"{Found} {Devices} WHERE e.tenant_id = $1 AND e.protocol = ANY ($2) AND e.identity = ANY ($3)",
            Sql.Uuid(caller.Tenant), Sql.Texts([.. protocols.All.Select(p => p.Descriptor.Id)]), Sql.Texts([.. identities]));
        batch.Add($"{Found} {Devices} WHERE e.tenant_id = $1 AND e.settings ? 'gateway' AND e.settings ->> 'gateway' = ANY ($2) ORDER BY d.name LIMIT $3",
            Sql.Uuid(caller.Tenant), Sql.Texts([.. own.Endpoints.Select(e => e.Identity).OfType<string>()]), Sql.Int(MaximumTold));
        batch.Add(
            """
            SELECT u.host, x.path, p.value FROM unnest($3::text[], $4::text[]) u(host, behind) JOIN parameter_paths x ON x.tenant_id = $1 AND x.path >= u.host AND x.path < u.behind
            JOIN parameters p ON p.tenant_id = $1 AND p.device_id = $2 AND p.path_id = x.id
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(own.Device), Sql.Texts([.. hosts]), Sql.Texts([.. hosts.Select(PathRange.End)]));
        await using var reader = await batch.ReadAsync(cancellationToken);
        var known = await reader.ListAsync(Device, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var told = await reader.ListAsync(Device, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var values = await reader.ListAsync(r => (Host: r.GetString(0), Path: r.GetString(1), Value: r.TextOrNull(2) ?? ""), cancellationToken);
        return new FoundDevices(
            known.Where(d => d.Device.Id != own.Device && caller.Scope.Allows(d.Device.Id)).GroupBy(d => d.Device.Identity, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Device, StringComparer.Ordinal),
            told, values.GroupBy(v => v.Host, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Host(g.Key, g.ToDictionary(v => v.Path[v.Host.Length..], v => v.Value, StringComparer.Ordinal)), StringComparer.Ordinal));
    }

    private static NeighbourHost Host(string path, Dictionary<string, string> values) => new(
        path, NeighbourRows.Of(values, "HostName"), NeighbourRows.Of(values, "IPAddress"), NeighbourRows.Of(values, values.ContainsKey("PhysAddress") ? "PhysAddress" : "MACAddress"),
        NeighbourRows.Of(values, "Active") switch { "true" or "1" => true, "false" or "0" => false, _ => null });

    private static (NeighbourDevice Device, string? Gateway) Device(NpgsqlDataReader r) => (new NeighbourDevice(r.GetGuid(0), r.GetString(1), r.GetString(2), r.TimeOrNull(3)), r.TextOrNull(4));

    private sealed record Endpoint(string Protocol, string? Identity, string? Gateway);

    private sealed record Own(Guid Device, List<Endpoint> Endpoints, NeighbourRows Rows);

    private sealed record FoundDevices(Dictionary<string, NeighbourDevice> ByIdentity, List<(NeighbourDevice Device, string? Gateway)> Told, Dictionary<string, NeighbourHost> Hosts);
}
