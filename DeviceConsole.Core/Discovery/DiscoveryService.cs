using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Discovery;

/// <summary>
/// A tenant's scans. Making, running and deleting them needs <see cref="Rights.ManageDevices"/> over all devices.
/// </summary>
public sealed class DiscoveryService(DataSources dataSources, ProtocolCatalog protocols)
{
    /// <summary>The change feed's topic; its keys are scans.</summary>
    public const string Topic = "discovery";

    /// <summary>The most findings of a page.</summary>
    public const int MaximumPage = 200;

    private const int MaximumScans = 100, MaximumRanges = 50, MaximumTemplates = 20;
    private const string Thing = "scan";

    private const string Select =
        """
        SELECT s.id, s.name, s.protocol, s.ranges, s.port, s.rate, s.timeout_ms, s.retries, s.repeat_hours, s.state, s.reason, s.total, s.position, s.started_at, s.finished_at, s.next_at, s.created_by,
               ARRAY(SELECT u.template_id FROM discovery_scan_templates u WHERE u.tenant_id = $1 AND u.scan_id = s.id ORDER BY u.place),
               (SELECT count(*) FROM discovery_findings f WHERE f.tenant_id = $1 AND f.scan_id = s.id),
               (SELECT count(*) FROM discovery_findings f WHERE f.tenant_id = $1 AND f.scan_id = s.id AND f.device_id IS NULL AND f.template_id IS NOT NULL)
        FROM discovery_scans s WHERE s.tenant_id = $1 AND ($2::uuid IS NULL OR s.id = $2) ORDER BY lower(s.name), s.id
        """;

    private const string Insert =
        """
        WITH made AS (
            INSERT INTO discovery_scans (tenant_id, id, name, protocol, ranges, port, rate, timeout_ms, retries, repeat_hours, state, total, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'queued', $11, $13)),
        tried AS (INSERT INTO discovery_scan_templates (tenant_id, scan_id, place, template_id) SELECT $1, $2, u.place, u.id FROM unnest($12::uuid[]) WITH ORDINALITY u(id, place))
        SELECT sys.notify_change('discovery', $1, ARRAY[$2::text])
        """;

    /// <summary>Protocols that can look for devices.</summary>
    public IReadOnlyList<IDiscoveryProtocol> Protocols { get; } = [.. protocols.All.OfType<IDiscoveryProtocol>()];

    /// <summary>By name.</summary>
    public async Task<Result<IReadOnlyList<DiscoveryScanView>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!MaySee(caller)) return Problem.Forbidden("see scans");
        return (await ReadAsync(caller, null, cancellationToken)).ToArray();
    }

    /// <summary>One scan.</summary>
    public async Task<Result<DiscoveryScanView>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        MaySee(caller) && await ReadAsync(caller, id, cancellationToken) is [var one] ? one : Problem.NotFound(Thing);

    /// <summary>The networks that the tenant may scan.</summary>
    public async Task<IReadOnlyList<IPNetwork>> NetworksAsync(Caller caller, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT allowed_networks FROM tenants WHERE id = $1", Sql.Uuid(caller.Tenant));
        return await batch.FirstAsync(r => r.GetFieldValue<IPNetwork[]>(0), cancellationToken) ?? [];
    }

    /// <summary>Makes a scan and starts it.</summary>
    public async Task<Result<DiscoveryScanView>> CreateAsync(Caller caller, DiscoveryScanInput input, CancellationToken cancellationToken)
    {
        if (!MayChange(caller)) return Problem.Forbidden("look for devices");
        var known = await ReadAsync(caller, null, cancellationToken);
        if (known.Count >= MaximumScans) return Problem.Conflict($"A tenant has at most {MaximumScans} scans; delete one that is not needed any more.");
        input = Clean(input);
        var errors = new List<FieldError>();
        var ranges = Check(input, await NetworksAsync(caller, cancellationToken), errors);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var id = Guid.CreateVersion7();
        try
        {
            await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
            batch.Add(Insert, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(input.Name), Sql.Text(input.Protocol), Sql.Texts([.. input.Ranges]), Sql.Int(PortOf(input)), Sql.Int(input.Rate), Sql.Int(input.TimeoutMs),
                Sql.Int(input.Retries), Sql.Int(input.RepeatHours), Sql.Long(ranges!.Count), Sql.Uuids([.. input.TemplateIds]), Sql.Text(caller.ActorName));
            batch.Add(Audit(caller, "discovery.start", id, $"Made and started the scan {input.Name}.", Describe(input)));
            await batch.ExecuteAsync(cancellationToken);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.ForeignKeyViolation, ConstraintName: "discovery_scan_templates_template" })
        {
            return Problem.Invalid("templateIds", "One of these credential templates does not exist; choose again.");
        }
        return await GetAsync(caller, id, cancellationToken);
    }

    /// <summary>Starts a scan again; what was found stays and is refreshed.</summary>
    public async Task<Result<DiscoveryScanView>> StartAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!MayChange(caller)) return Problem.Forbidden("look for devices");
        if (await ReadAsync(caller, id, cancellationToken) is not [var scan]) return Problem.NotFound(Thing);
        if (scan.IsOpen) return Problem.Conflict("This scan runs already. Wait for its end, or stop it first.");
        if (AddressRanges.Read(scan.Scan.Ranges, out _, out var wrong) is not { } ranges) return Problem.Conflict(wrong);
        if (ScanRun.Refusal(ranges, new NetworkPolicy(await NetworksAsync(caller, cancellationToken))) is { } refusal) return Problem.Conflict(refusal);
        await RunAsync(caller, id, "UPDATE discovery_scans SET state = 'queued', position = 0, reason = NULL, next_at = NULL, finished_at = NULL, cancel_asked = NULL WHERE tenant_id = $1 AND id = $2 AND state NOT IN ('queued', 'running')",
            "discovery.start", $"Started the scan {scan.Scan.Name}.", cancellationToken);
        return await GetAsync(caller, id, cancellationToken);
    }

    /// <summary>Stops a scan that waits or runs, and its repetition; what was found stays.</summary>
    public async Task<Result<DiscoveryScanView>> CancelAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!MayChange(caller)) return Problem.Forbidden("stop scans");
        if (await ReadAsync(caller, id, cancellationToken) is not [var scan]) return Problem.NotFound(Thing);
        if (!scan.IsOpen && scan.NextAt is null) return Problem.Conflict("This scan does not run.");
        await RunAsync(caller, id,
            """
            UPDATE discovery_scans SET next_at = NULL, cancel_asked = CASE WHEN state = 'running' THEN $3 END,
                   reason = CASE WHEN state = 'queued' THEN $3 || ' stopped it before it began.' ELSE reason END, finished_at = CASE WHEN state = 'queued' THEN now() ELSE finished_at END,
                   repeat_hours = NULL, state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
            WHERE tenant_id = $1 AND id = $2
            """, "discovery.cancel", $"Stopped the scan {scan.Scan.Name}.", cancellationToken, Sql.Text(caller.ActorName));
        return await GetAsync(caller, id, cancellationToken);
    }

    /// <summary>Deletes a scan with what it found; devices that were accepted stay. A running one stops.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!MayChange(caller)) return Problem.Forbidden("delete scans");
        if (await ReadAsync(caller, id, cancellationToken) is not [var scan]) return Problem.NotFound(Thing);
        await RunAsync(caller, id, "DELETE FROM discovery_scans WHERE tenant_id = $1 AND id = $2", "discovery.delete", $"Deleted the scan {scan.Scan.Name}.", cancellationToken);
        return new Done();
    }

    /// <summary>What answered, by address.</summary>
    /// <param name="caller">Needs <see cref="Rights.View"/> over all devices.</param>
    /// <param name="id">The scan.</param>
    /// <param name="after">Continue after this address; null for the first page.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<Result<Page<DiscoveryFindingView>>> FindingsAsync(Caller caller, Guid id, string? after, int limit, CancellationToken cancellationToken)
    {
        if ((await GetAsync(caller, id, cancellationToken)).Problem is { } problem) return problem;
        if (after is not null && !IPAddress.TryParse(after, out _)) return Problem.Invalid("after", "The cursor is not one that this list gave out.");
        limit = Math.Clamp(limit, 1, MaximumPage);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(FindingRows.Select + " AND ($3::text IS NULL OR f.address > $3::inet) ORDER BY f.address LIMIT $4", Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(after), Sql.Int(limit + 1));
        var rows = await batch.ListAsync(FindingRows.Read, cancellationToken);
        if (rows.Count <= limit) return new Page<DiscoveryFindingView>(rows, null);
        rows.RemoveAt(limit);
        return new Page<DiscoveryFindingView>(rows, rows[^1].Address);
    }

    private static bool MaySee(Caller caller) => caller.May(Rights.View) && caller.Scope.IsAll;

    private static bool MayChange(Caller caller) => caller.May(Rights.ManageDevices) && caller.Scope.IsAll;

    private static NpgsqlBatchCommand Audit(Caller caller, string action, Guid id, string summary, JsonObject? after) =>
        AuditLog.Command(caller, new AuditEntry(action, "discovery-scan", id.ToString(), summary) { After = after });

    private async Task RunAsync(Caller caller, Guid id, string statement, string action, string summary, CancellationToken cancellationToken, params NpgsqlParameter[] more)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(statement, [Sql.Uuid(caller.Tenant), Sql.Uuid(id), .. more]);
        batch.Add("SELECT sys.notify_change('discovery', $1, ARRAY[$2::text])", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        batch.Add(Audit(caller, action, id, summary, null));
        await batch.ExecuteAsync(cancellationToken);
    }

    private async Task<List<DiscoveryScanView>> ReadAsync(Caller caller, Guid? id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Select, Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        return await batch.ListAsync(r => new DiscoveryScanView(r.GetGuid(0), new DiscoveryScanInput
        {
            Name = r.GetString(1), Protocol = r.GetString(2), Ranges = r.GetFieldValue<string[]>(3), Port = r.GetInt32(4), Rate = r.GetInt32(5), TimeoutMs = r.GetInt32(6), Retries = r.GetInt32(7),
            RepeatHours = r.IsDBNull(8) ? null : r.GetInt32(8), TemplateIds = r.GetFieldValue<Guid[]>(17),
        }, DiscoveryWords.Parse(r.GetString(9)), r.TextOrNull(10), (int)r.GetInt64(11), (int)r.GetInt64(12), (int)r.GetInt64(18), (int)r.GetInt64(19), r.TimeOrNull(13), r.TimeOrNull(14), r.TimeOrNull(15), r.GetString(16)), cancellationToken);
    }

    private int PortOf(DiscoveryScanInput input) => input.Port ?? Protocols.First(p => p.Descriptor.Id == input.Protocol).DefaultPort;

    private static DiscoveryScanInput Clean(DiscoveryScanInput input) => input with
    {
        Name = input.Name.Trim(),
        Ranges = [.. input.Ranges.Select(r => (r ?? "").Trim()).Where(r => r.Length > 0)],
        TemplateIds = [.. input.TemplateIds.Distinct()],
    };

    private AddressRanges? Check(DiscoveryScanInput input, IReadOnlyList<IPNetwork> networks, List<FieldError> errors)
    {
        if (input.Name.Length is < 1 or > 200 || input.Name.Any(char.IsControl)) errors.Add(new("name", "A scan's name has 1 to 200 printable characters."));
        if (Protocols.All(p => p.Descriptor.Id != input.Protocol)) errors.Add(new("protocol", $"Devices can be looked for by: {string.Join(", ", Protocols.Select(p => p.Descriptor.Id))}."));
        if (input.TemplateIds.Count is < 1 or > MaximumTemplates) errors.Add(new("templateIds", $"Choose 1 to {MaximumTemplates} credential templates; they are kept under Library › Credentials."));
        if (input.Port is < 1 or > 65_535) errors.Add(new("port", "A port is a number from 1 to 65535."));
        if (input.Rate is < 1 or > 1_000) errors.Add(new("rate", "A scan sends 1 to 1,000 packets a second."));
        if (input.TimeoutMs is < 100 or > 10_000) errors.Add(new("timeoutMs", "A question waits 100 to 10,000 milliseconds."));
        if (input.Retries is < 0 or > 5) errors.Add(new("retries", "A question is asked again 0 to 5 times."));
        if (input.RepeatHours is < 1 or > 8_760) errors.Add(new("repeatHours", "A scan repeats after 1 to 8,760 hours."));
        if (input.Ranges.Count is < 1 or > MaximumRanges)
        {
            errors.Add(new("ranges", $"Enter 1 to {MaximumRanges} addresses, networks or ranges."));
            return null;
        }
        if (AddressRanges.Read(input.Ranges, out var wrong, out var error) is not { } ranges) errors.Add(new($"ranges[{wrong}]", error));
        else if (ScanRun.Refusal(ranges, new NetworkPolicy(networks)) is { } refusal) errors.Add(new("ranges", refusal));
        else return ranges;
        return null;
    }

    private static JsonObject Describe(DiscoveryScanInput input) => new()
    {
        ["protocol"] = input.Protocol, ["ranges"] = string.Join(' ', input.Ranges), ["templates"] = string.Join(' ', input.TemplateIds), ["rate"] = input.Rate, ["repeatHours"] = input.RepeatHours,
    };
}
