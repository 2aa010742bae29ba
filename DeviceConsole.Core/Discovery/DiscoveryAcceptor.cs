using System.Globalization;
using System.Net;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Discovery;

/// <summary>Makes devices of proposals: with the address, the credential template, and what the device said of itself.</summary>
public sealed class DiscoveryAcceptor(DataSources dataSources, DiscoveryService discovery, DeviceService devices)
{
    /// <summary>The most devices that one call makes.</summary>
    public const int MostAtOnce = 1_000;

    private const int MaximumProblems = 20;

    /// <summary>Accepts proposals of a scan. What is a device already, also by its identity at another address of the same scan, becomes no second one.</summary>
    /// <param name="caller">Needs <see cref="Rights.ManageDevices"/> over all devices.</param>
    /// <param name="id">The scan.</param>
    /// <param name="addresses">Which; null for all that are proposed, <see cref="MostAtOnce"/> at most.</param>
    /// <param name="cancellationToken">Ends the work; what was made until then stays.</param>
    public async Task<Result<DiscoveryAcceptance>> AcceptAsync(Caller caller, Guid id, IReadOnlyList<string>? addresses, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices) || !caller.Scope.IsAll) return Problem.Forbidden("create devices");
        var found = await discovery.GetAsync(caller, id, cancellationToken);
        if (!found.IsSuccess) return found.Problem!;
        var wanted = addresses?.Select(a => IPAddress.TryParse(a, out var address) ? address : null).ToList();
        if (wanted is { Count: 0 or > MostAtOnce } || wanted?.Contains(null) == true) return Problem.Invalid("addresses", string.Create(CultureInfo.InvariantCulture, $"Name 1 to {MostAtOnce:N0} addresses of the scan's findings."));
        var (made, known, problems) = (0, 0, new List<string>());
        foreach (var finding in await ReadAsync(caller, id, wanted, cancellationToken))
        {
            if (finding.TemplateId is not { } template)
            {
                Note($"{finding.Address}: no credential template fits. Make one that does, and scan again.");
                continue;
            }
            if (await KnownAsync(caller, id, finding, cancellationToken))
            {
                known++;
                continue;
            }
            var created = await devices.CreateAsync(caller, Input(found.Value.Scan, finding, template), cancellationToken);
            if (created.Problem is { } problem)
            {
                Note($"{finding.Address}: {string.Join(" ", problem.Errors.Select(e => e.Message).DefaultIfEmpty(problem.Message))}");
                continue;
            }
            await MarkAsync(caller, id, finding, created.Value.Device.Id, "accepted", cancellationToken);
            made++;
        }
        return new DiscoveryAcceptance(made, known, problems);

        void Note(string problem)
        {
            if (problems.Count < MaximumProblems) problems.Add(problem);
        }
    }

    private async Task<List<DiscoveryFindingView>> ReadAsync(Caller caller, Guid id, List<IPAddress?>? wanted, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        var which = wanted is null ? " AND f.device_id IS NULL AND f.template_id IS NOT NULL AND $3::inet[] IS NULL" : " AND f.address = ANY ($3)";
        batch.Add(FindingRows.Select + which + " ORDER BY f.address LIMIT $4", Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Array(wanted?.ToArray(), NpgsqlTypes.NpgsqlDbType.Inet), Sql.Int(MostAtOnce));
        return await batch.ListAsync(FindingRows.Read, cancellationToken);
    }

    // A device with two addresses is proposed at both; the first that is accepted makes the other one known.
    private async Task<bool> KnownAsync(Caller caller, Guid id, DiscoveryFindingView finding, CancellationToken cancellationToken)
    {
        if (finding.DeviceId is not null) return true;
        if (finding.Identity is null) return false;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT device_id FROM discovery_findings WHERE tenant_id = $1 AND identity = $2 AND name = $3 AND device_id IS NOT NULL LIMIT 1", Sql.Uuid(caller.Tenant), Sql.Text(finding.Identity), Sql.Text(finding.Name));
        if (await batch.FirstAsync(r => (Guid?)r.GetGuid(0), cancellationToken) is not { } device) return false;
        await MarkAsync(caller, id, finding, device, "identity", cancellationToken);
        return true;
    }

    private async Task MarkAsync(Caller caller, Guid id, DiscoveryFindingView finding, Guid device, string by, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("UPDATE discovery_findings SET device_id = $4, known_by = $5 WHERE tenant_id = $1 AND scan_id = $2 AND address = $3::inet", Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(finding.Address), Sql.Uuid(device), Sql.Text(by));
        batch.Add("SELECT sys.notify_change('discovery', $1, ARRAY[$2::text])", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        await batch.ExecuteAsync(cancellationToken);
    }

    private DeviceInput Input(DiscoveryScanInput scan, DiscoveryFindingView finding, Guid template)
    {
        var protocol = discovery.Protocols.First(p => p.Descriptor.Id == scan.Protocol);
        var name = finding.Name.Trim();
        return new DeviceInput
        {
            Name = name.Length == 0 ? finding.Address : name.Length <= 200 ? name : name[..200],
            Manufacturer = finding.Vendor,
            Notes = finding.Description.Length == 0 ? "" : $"Found by the scan {scan.Name}: {finding.Description}",
            Endpoints = [new EndpointInput(scan.Protocol, protocol.EndpointFor(IPAddress.Parse(finding.Address), scan.Port ?? protocol.DefaultPort), new Dictionary<string, string>()) { TemplateId = template }],
        };
    }
}
