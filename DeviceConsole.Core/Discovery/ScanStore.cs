using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Discovery;

/// <summary>A scan that this node runs.</summary>
internal sealed record ClaimedScan(Guid Tenant, Guid Id, string Protocol, IReadOnlyList<string> Ranges, int Port, int Rate, int TimeoutMs, int Retries, int Position, NetworkPolicy Policy, IReadOnlyList<DiscoveryCredentials> Credentials);

/// <summary>What the database says to a step of a scan.</summary>
/// <param name="Held">False where another node has it, or it is gone: nothing was written.</param>
/// <param name="CancelledBy">Who asked for its end.</param>
/// <param name="Policy">The tenant's networks now; null where the tenant is suspended.</param>
internal readonly record struct ScanStep(bool Held, string? CancelledBy, NetworkPolicy? Policy);

/// <summary>The tables of scans as their runner uses them. Every write is fenced by the node's claim.</summary>
internal sealed class ScanStore(DataSources dataSources, DeviceSecrets secrets)
{
    /// <summary>How long a claim holds without a step.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private const string Find =
        """
        WITH held AS (
            UPDATE discovery_scans s SET position = $4, lease_until = now() + $5 WHERE s.tenant_id = $1 AND s.id = $2 AND s.worker = $3 AND s.state = 'running'
            RETURNING s.tenant_id, s.id, s.protocol, s.port, s.cancel_asked),
        written AS (
            INSERT INTO discovery_findings AS f (tenant_id, scan_id, address, seen_at, name, description, kind, vendor, identity, template_id, note, device_id, known_by)
            SELECT $1, h.id, u.address, now(), u.name, u.description, u.kind, u.vendor, u.identity, t.id, u.note, coalesce(a.device_id, i.device_id),
                   CASE WHEN a.device_id IS NOT NULL THEN 'address' WHEN i.device_id IS NOT NULL THEN 'identity' END
            FROM held h CROSS JOIN unnest($6::inet[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::uuid[], $14::text[], $15::text[])
                AS u(address, name, description, kind, vendor, identity, identity_path, template, note, name_path)
            LEFT JOIN credential_templates t ON t.tenant_id = $1 AND t.id = u.template
            LEFT JOIN LATERAL (SELECT e.device_id FROM device_endpoints e WHERE e.tenant_id = $1 AND e.protocol = h.protocol AND e.settings ->> 'host' IN (host(u.address), '[' || host(u.address) || ']')
                                 AND coalesce((e.settings ->> 'port')::integer, h.port) = h.port ORDER BY e.device_id LIMIT 1) a ON true
            LEFT JOIN LATERAL (SELECT k.device_id FROM (
                    SELECT o.device_id FROM discovery_findings o WHERE o.tenant_id = $1 AND o.identity = u.identity AND o.name = u.name AND o.device_id IS NOT NULL
                    UNION ALL
                    SELECT p.device_id FROM parameter_paths x JOIN parameters p ON p.tenant_id = $1 AND p.path_id = x.id WHERE x.tenant_id = $1 AND x.path = u.identity_path AND p.value = u.identity) k
                -- Makers ship one identity in many devices: a stored name that is another one speaks against it.
                WHERE NOT EXISTS (SELECT FROM parameter_paths x JOIN parameters p ON p.tenant_id = $1 AND p.path_id = x.id AND p.device_id = k.device_id WHERE x.tenant_id = $1 AND x.path = u.name_path AND p.value <> u.name)
                ORDER BY k.device_id LIMIT 1) i ON u.identity IS NOT NULL
            ON CONFLICT (tenant_id, scan_id, address) DO UPDATE SET seen_at = excluded.seen_at, name = excluded.name, description = excluded.description, kind = excluded.kind,
                vendor = excluded.vendor, identity = excluded.identity, template_id = excluded.template_id, note = excluded.note,
                device_id = coalesce(excluded.device_id, f.device_id), known_by = CASE WHEN f.known_by = 'accepted' AND f.device_id = excluded.device_id THEN f.known_by ELSE coalesce(excluded.known_by, f.known_by) END
            RETURNING 1)
        SELECT h.cancel_asked, t.status = 'active', t.allowed_networks, (SELECT count(*) FROM written), sys.notify_change('discovery', $1, ARRAY[$2::text])
        FROM held h JOIN tenants t ON t.id = $1
        """;

    /// <summary>A scan to run, or null. One whose secrets do not open, or whose protocol is gone, ends with a sentence.</summary>
    public async Task<ClaimedScan?> ClaimAsync(Guid worker, CancellationToken cancellationToken)
    {
        (Guid Tenant, Guid Id) claimed;
        await using (var command = dataSources.App.CreateCommand("SELECT tenant_id, scan_id FROM sys.claim_scan($1, $2)"))
        {
            command.Parameters.Add(Sql.Uuid(worker));
            command.Parameters.Add(Sql.Interval(Lease));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken)) return null;
            claimed = (reader.GetGuid(0), reader.GetGuid(1));
        }
        try
        {
            return await LoadAsync(claimed.Tenant, claimed.Id, cancellationToken);
        }
        catch (SecretUnreadableException e)
        {
            await EndAsync(claimed.Tenant, claimed.Id, worker, DiscoveryState.Failed, e.Message, cancellationToken);
            return null;
        }
    }

    /// <summary>Writes what was found since the last step, and how far it is.</summary>
    public async Task<ScanStep> StepAsync(ClaimedScan scan, Guid worker, int position, IReadOnlyList<DiscoveryFinding> answered, CancellationToken cancellationToken)
    {
        // Ranges may overlap.
        var found = answered.DistinctBy(f => f.Address).ToList();
        await using var batch = new TenantBatch(dataSources.App, scan.Tenant);
        batch.Add(Find, Sql.Uuid(scan.Tenant), Sql.Uuid(scan.Id), Sql.Uuid(worker), Sql.Long(position), Sql.Interval(Lease),
            Sql.Array<IPAddress>([.. found.Select(f => f.Address)], NpgsqlDbType.Inet), Texts(f => Clean(f.Name, 255)), Texts(f => Clean(f.Description, 1_000)), Texts(f => Clean(f.Kind, 1_400)), Texts(f => Clean(f.Vendor, 200)),
            Texts(f => f.Identity), Texts(f => f.IdentityPath), Sql.Array<Guid?>([.. found.Select(f => f.TemplateId)], NpgsqlDbType.Uuid), Texts(f => f.Note), Texts(f => f.NamePath));
        return await batch.FirstAsync(r => (ScanStep?)new ScanStep(true, r.TextOrNull(0), r.GetBoolean(1) ? new NetworkPolicy(r.GetFieldValue<IPNetwork[]>(2)) : null), cancellationToken) ?? default;

        NpgsqlParameter Texts(Func<DiscoveryFinding, string?> text) => Sql.Texts([.. found.Select(text)]);
    }

    /// <summary>Ends a run; one that repeats gets its next moment.</summary>
    public async Task EndAsync(Guid tenant, Guid id, Guid worker, DiscoveryState state, string? reason, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(
            """
            WITH ended AS (UPDATE discovery_scans SET state = $4, reason = $5, finished_at = now(), worker = NULL, lease_until = NULL, cancel_asked = NULL, next_at = now() + make_interval(hours => repeat_hours)
                           WHERE tenant_id = $1 AND id = $2 AND worker = $3 AND state = 'running' RETURNING 1)
            SELECT sys.notify_change('discovery', $1, ARRAY[$2::text]) FROM ended
            """, Sql.Uuid(tenant), Sql.Uuid(id), Sql.Uuid(worker), Sql.Text(DiscoveryWords.Of(state)), Sql.Text(reason));
        await batch.ExecuteAsync(cancellationToken);
    }

    /// <summary>Leaves a run to the next node, at once.</summary>
    public async Task LeaveAsync(ClaimedScan scan, Guid worker, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, scan.Tenant);
        batch.Add("UPDATE discovery_scans SET lease_until = now() - interval '1 s' WHERE tenant_id = $1 AND id = $2 AND worker = $3 AND state = 'running'", Sql.Uuid(scan.Tenant), Sql.Uuid(scan.Id), Sql.Uuid(worker));
        await batch.ExecuteAsync(cancellationToken);
    }

    private async Task<ClaimedScan?> LoadAsync(Guid tenant, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT s.protocol, s.ranges, s.port, s.rate, s.timeout_ms, s.retries, s.position, t.allowed_networks FROM discovery_scans s JOIN tenants t ON t.id = $1 WHERE s.tenant_id = $1 AND s.id = $2", Sql.Uuid(tenant), Sql.Uuid(id));
        batch.Add("SELECT c.id, c.settings::text, c.secrets FROM discovery_scan_templates u JOIN credential_templates c ON c.tenant_id = $1 AND c.id = u.template_id WHERE u.tenant_id = $1 AND u.scan_id = $2 ORDER BY u.place", Sql.Uuid(tenant), Sql.Uuid(id));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var scan = new ClaimedScan(tenant, id, reader.GetString(0), reader.GetFieldValue<string[]>(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5),
            (int)reader.GetInt64(6), new NetworkPolicy(reader.GetFieldValue<IPNetwork[]>(7)), []);
        await reader.NextResultAsync(cancellationToken);
        var credentials = await reader.ListAsync(r => new DiscoveryCredentials(r.GetGuid(0), JsonNode.Parse(r.GetString(1))!.AsObject(), secrets.OpenTemplate(tenant, r.GetGuid(0), r.IsDBNull(2) ? null : r.GetFieldValue<byte[]>(2))), cancellationToken);
        return scan with { Credentials = credentials };
    }

    // What a device says may hold anything.
    private static string Clean(string text, int length)
    {
        var clean = FaultJson.Clean(text).Trim();
        return clean.Length <= length ? clean : FaultJson.Storable(clean[..length]);
    }
}

/// <summary>States as the database has them.</summary>
internal static class DiscoveryWords
{
    public static string Of(DiscoveryState state) => state.ToString().ToLowerInvariant();

    public static DiscoveryState Parse(string text) => Enum.Parse<DiscoveryState>(text, ignoreCase: true);

    public static string Progress(int done, int total) => string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {total:N0} addresses");
}
