using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using Npgsql;

namespace DeviceConsole.Core.Gateway;

/// <summary>The tables of enrolment. Rights were checked before.</summary>
internal sealed class EnrolmentStore(DataSources dataSources, MasterKey masterKey)
{
    private const int MaximumPending = 1_000;

    private const string PutPending =
        """
        INSERT INTO pending_devices AS p (tenant_id, protocol, identity, remote, transport, facts)
        SELECT $1, $2, $3, $4, $5, $6::jsonb
        WHERE EXISTS (SELECT FROM pending_devices x WHERE x.tenant_id = $1 AND x.protocol = $2 AND x.identity = $3)
           OR (SELECT count(*) FROM pending_devices x WHERE x.tenant_id = $1) < $7
        ON CONFLICT (tenant_id, protocol, identity) DO UPDATE SET remote = excluded.remote, transport = excluded.transport, facts = excluded.facts,
            calls = p.calls + 1, last_at = now()
        RETURNING blocked
        """;

    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();
    private readonly SecretBox box = new(masterKey, "enrolment-secrets");

    /// <summary>The tenant's enrolment for a protocol, opened, or null where there is none.</summary>
    public async Task<Enrolment?> FindAsync(Guid tenant, string protocol, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT e.policy, e.settings::text, e.secrets, t.allowed_networks FROM enrolments e JOIN tenants t ON t.id = e.tenant_id WHERE e.tenant_id = $1 AND e.protocol = $2",
            Sql.Uuid(tenant), Sql.Text(protocol));
        return await batch.FirstAsync(r => new Enrolment(EnrolmentPolicies.Parse(r.GetString(0))!.Value, JsonNode.Parse(r.GetString(1))!.AsObject(),
            Open(tenant, protocol, r.IsDBNull(2) ? null : r.GetFieldValue<byte[]>(2)), new NetworkPolicy(r.GetFieldValue<IPNetwork[]>(3))), cancellationToken);
    }

    /// <summary>All of the tenant's enrolments; <paramref name="userName"/> tells which credential of a protocol is the user's name.</summary>
    public async Task<List<EnrolmentView>> ListAsync(Guid tenant, Func<string, string?> userName, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT protocol, policy, settings::text, secret_fields, secrets FROM enrolments WHERE tenant_id = $1 ORDER BY protocol", Sql.Uuid(tenant));
        return await batch.ListAsync(r =>
        {
            var (protocol, fields) = (r.GetString(0), r.GetFieldValue<string[]>(3));
            var shown = userName(protocol) is { } name && fields.Contains(name) ? Shown(tenant, protocol, r.GetFieldValue<byte[]>(4), name) : null;
            return new EnrolmentView(protocol, EnrolmentPolicies.Parse(r.GetString(1))!.Value, JsonNode.Parse(r.GetString(2))!.AsObject(), fields, shown);
        }, cancellationToken);
    }

    /// <summary>The statement that stores an enrolment; <paramref name="secrets"/> are all of them.</summary>
    public NpgsqlBatchCommand Put(Guid tenant, string protocol, EnrolmentPolicy policy, JsonObject settings, IReadOnlyDictionary<string, string> secrets) => Sql.Command(
        """
        INSERT INTO enrolments (tenant_id, protocol, policy, settings, secrets, secret_fields) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, protocol) DO UPDATE SET policy = excluded.policy, settings = excluded.settings, secrets = excluded.secrets,
            secret_fields = excluded.secret_fields, updated_at = now()
        """,
        Sql.Uuid(tenant), Sql.Text(protocol), Sql.Text(policy.Text()), Sql.Json(settings.ToJsonString()),
        Sql.Bytes(secrets.Count == 0 ? null : box.Seal(JsonSerializer.SerializeToUtf8Bytes(secrets), Place(tenant, protocol))), Sql.Texts([.. secrets.Keys.Order(StringComparer.Ordinal)]));

    /// <summary>Notes that a device waits. True where it is blocked, or there are too many to take another.</summary>
    public async Task<bool> PutPendingAsync(Guid tenant, DeviceCall call, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(PutPending, Sql.Uuid(tenant), Sql.Text(call.Protocol), Sql.Text(call.Identity), Sql.Text(call.Remote?.ToString()), Sql.Text(call.Transport),
            Sql.Json(FactsJson.Write(call.Facts)), Sql.Int(MaximumPending));
        batch.Add(SessionStatements.Changed, Sql.Text("calls"), Sql.Uuid(tenant), Sql.Texts([]));
        var rows = await batch.ListAsync(r => r.GetBoolean(0), cancellationToken);
        return rows.Count == 0 || rows[0];
    }

    /// <summary>What waits, the newest call first.</summary>
    public async Task<List<PendingDevice>> PendingAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT protocol, identity, blocked, remote, transport, facts::text, calls, first_at, last_at FROM pending_devices WHERE tenant_id = $1 ORDER BY blocked, last_at DESC LIMIT $2",
            Sql.Uuid(tenant), Sql.Int(MaximumPending));
        return await batch.ListAsync(r => new PendingDevice(r.GetString(0), r.GetString(1), r.GetBoolean(2), r.TextOrNull(3), r.GetString(4), FactsJson.Read(r.GetString(5)),
            r.GetInt32(6), r.Time(7), r.Time(8)), cancellationToken);
    }

    private string? Shown(Guid tenant, string protocol, byte[] stored, string field)
    {
        try
        {
            return Open(tenant, protocol, stored).GetValueOrDefault(field);
        }
        catch (SecretUnreadableException)
        {
            // Sealed with another master key: the enrolment is still listed, to be entered again.
            return null;
        }
    }

    private IReadOnlyDictionary<string, string> Open(Guid tenant, string protocol, byte[]? stored) =>
        stored is null ? None : JsonSerializer.Deserialize<Dictionary<string, string>>(box.Open(stored, Place(tenant, protocol)))!;

    private static string[] Place(Guid tenant, string protocol) => [tenant.ToString("n"), protocol];
}

/// <summary>What a device says of itself, as <c>pending_devices.facts</c> holds it.</summary>
internal static class FactsJson
{
    public static string Write(DeviceFacts facts)
    {
        var json = new JsonObject();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) json[name] = FaultJson.Clean(value.Length > 200 ? value[..200] : value);
        }
        Add("manufacturer", facts.Manufacturer);
        Add("model", facts.Model);
        Add("serialNumber", facts.SerialNumber);
        Add("softwareVersion", facts.SoftwareVersion);
        Add("hardwareVersion", facts.HardwareVersion);
        return json.ToJsonString();
    }

    public static DeviceFacts Read(string text)
    {
        var json = JsonNode.Parse(text)!.AsObject();
        string? Text(string name) => json[name]?.GetValue<string>();
        return new DeviceFacts
        {
            Manufacturer = Text("manufacturer"), Model = Text("model"), SerialNumber = Text("serialNumber"),
            SoftwareVersion = Text("softwareVersion"), HardwareVersion = Text("hardwareVersion"),
        };
    }
}
