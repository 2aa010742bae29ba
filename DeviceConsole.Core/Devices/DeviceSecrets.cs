using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using Npgsql;

namespace DeviceConsole.Core.Devices;

/// <summary>
/// Credentials of devices. At rest one sealed JSON object an endpoint (field id → value), bound to tenant, device and
/// protocol; in the clear only in the <see cref="ProtocolTarget"/> of an execution.
/// </summary>
public sealed class DeviceSecrets(DataSources dataSources, MasterKey masterKey)
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();
    private readonly SecretBox box = new(masterKey, "device-secrets");
    private readonly SecretBox templateBox = new(masterKey, "credential-templates");

    /// <summary>
    /// One endpoint, decrypted, with its tenant's network policy; null where the device or the endpoint is gone.
    /// Throws <see cref="SecretUnreadableException"/> where the stored secret does not open.
    /// </summary>
    public async Task<ProtocolTarget?> LoadTargetAsync(Guid tenant, Guid device, string protocol, CancellationToken cancellationToken)
    {
        var targets = await LoadTargetsAsync(dataSources.Devices, tenant, [(device, protocol)], cancellationToken);
        return targets.TryGetValue((device, protocol), out var load) ? load.Target ?? throw new SecretUnreadableException(load.Problem!) : null;
    }

    /// <summary>
    /// Many endpoints of one tenant in one query. Endpoints that are gone are missing from the result; one whose secret does
    /// not open has a problem in place of a target and does not spoil the others.
    /// </summary>
    public Task<IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad>> LoadTargetsAsync(
        Guid tenant, IReadOnlyList<(Guid Device, string Protocol)> endpoints, CancellationToken cancellationToken) => LoadTargetsAsync(dataSources.App, tenant, endpoints, cancellationToken);

    private async Task<IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad>> LoadTargetsAsync(
        NpgsqlDataSource source, Guid tenant, IReadOnlyList<(Guid Device, string Protocol)> endpoints, CancellationToken cancellationToken)
    {
        if (endpoints.Count == 0) return new Dictionary<(Guid, string), TargetLoad>();
        await using var batch = new TenantBatch(source, tenant);
        batch.Add(ByKey);
        foreach (var command in TargetCommands(tenant, endpoints)) batch.Add(command);
        await using var reader = await batch.ReadAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await ReadTargetsAsync(tenant, reader, cancellationToken);
    }

    // Row by row by key: a hash of a tenant's endpoints for the hundred that are asked for costs ten times as much.
    private const string ByKey =
        "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)";

    /// <summary>The two statements behind <see cref="LoadTargetsAsync(Guid, IReadOnlyList{ValueTuple{Guid, string}}, CancellationToken)"/>, for a batch of the tenant.</summary>
    internal static NpgsqlBatchCommand[] TargetCommands(Guid tenant, IReadOnlyList<(Guid Device, string Protocol)> endpoints)
    {
        var once = endpoints.ToHashSet();
        return
        [
            Sql.Command("SELECT allowed_networks FROM tenants WHERE id = $1", Sql.Uuid(tenant)),
            Sql.Command(
                """
                SELECT e.device_id, e.protocol, e.settings::text, e.secrets, t.id, t.settings::text, t.secrets,
                       coalesce(c.last_contact_at > now() - interval '5 s' AND (c.last_failure_at IS NULL OR c.last_failure_at < c.last_contact_at)
                           AND e.last_contact_at > now() - interval '50 s', false)
                FROM unnest($2::uuid[], $3::text[]) AS w(device, protocol)
                JOIN device_endpoints e ON e.tenant_id = $1 AND e.device_id = w.device AND e.protocol = w.protocol
                LEFT JOIN device_contacts c ON c.tenant_id = $1 AND c.device_id = w.device
                LEFT JOIN credential_templates t ON t.tenant_id = $1 AND t.id = e.template_id
                """,
                Sql.Uuid(tenant), Sql.Uuids([.. once.Select(e => e.Device)]), Sql.Texts([.. once.Select(e => e.Protocol)])),
        ];
    }

    /// <summary>What <see cref="TargetCommands"/> give; the reader stands on the first one's row.</summary>
    internal async Task<IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad>> ReadTargetsAsync(Guid tenant, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var policy = await reader.ReadAsync(cancellationToken) ? new NetworkPolicy(reader.GetFieldValue<IPNetwork[]>(0)) : NetworkPolicy.PublicOnly;
        await reader.NextResultAsync(cancellationToken);
        var loads = new Dictionary<(Guid, string), TargetLoad>();
        var loaded = Stopwatch.GetTimestamp();
        while (await reader.ReadAsync(cancellationToken))
        {
            var stored = Read(reader);
            var load = Open(tenant, stored with { Policy = policy });
            loads.Add((stored.Device, stored.Protocol), reader.GetBoolean(7) ? load with { SeenAt = loaded } : load);
        }
        return loads;
    }

    /// <summary>The endpoints of many identities in one tenant, each identity's at its place; one that does not open has a problem in place of a target.</summary>
    internal async Task<IReadOnlyList<IReadOnlyList<SealedEndpoint>>> LoadOfIdentitiesAsync(Guid tenant, string protocol, IReadOnlyList<string> identities)
    {
        var found = new List<SealedEndpoint>[identities.Count];
        for (var i = 0; i < found.Length; i++) found[i] = [];
        await using var batch = TenantBatch.OfFixedPlans(dataSources.Devices, tenant);
        // A subquery with an offset: each identity is looked up by the key, and the planner does not turn that round and read all endpoints of the tenant.
        batch.Add(
            """
            SELECT e.device_id, e.protocol, e.settings, e.secrets, c.id, c.settings::text, c.secrets, t.allowed_networks, greatest(e.updated_at, c.updated_at), w.n::integer
            FROM unnest($3::text[]) WITH ORDINALITY AS w(identity, n) JOIN tenants t ON t.id = $1
            CROSS JOIN LATERAL (SELECT p.device_id, p.protocol, p.settings::text, p.secrets, p.template_id, p.updated_at FROM device_endpoints p
                WHERE p.tenant_id = $1 AND p.protocol = $2 AND p.identity = w.identity OFFSET 0) e
            LEFT JOIN credential_templates c ON c.tenant_id = $1 AND c.id = e.template_id
            """, Sql.Uuid(tenant), Sql.Text(protocol), Sql.Texts([.. identities]));
        await using var reader = await batch.ReadAsync(CancellationToken.None);
        // The tenant's: the same for all of them.
        NetworkPolicy? policy = null;
        while (await reader.ReadAsync(CancellationToken.None))
            found[reader.GetInt32(9) - 1].Add(Read(reader) with { Policy = policy ??= new NetworkPolicy(reader.GetFieldValue<IPNetwork[]>(7)), ChangedAt = reader.Time(8) });
        await reader.FinishAsync(CancellationToken.None);
        return found;
    }

    /// <summary>$3 how the identity begins, $4 how it ends. By its end, which is its own; the beginning is that of all devices of its manufacturer.</summary>
    internal const string ByEnd = "starts_with(e.identity_end, reverse($4)) AND left(e.identity, length($3)) = $3 AND length(e.identity) > length($3) + length($4)";

    /// <summary>The endpoints of an identity in its other form, two at the most: more than one is nobody's.</summary>
    internal async Task<List<SealedEndpoint>> LoadOfVariantAsync(Guid tenant, string protocol, IdentityVariant variant, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.Devices, tenant);
        var matches = variant.End is null ? "e.identity = $3 AND $4::text IS NULL" : ByEnd;
        batch.Add(
            $"""
            SELECT e.device_id, e.protocol, e.settings::text, e.secrets, c.id, c.settings::text, c.secrets, t.allowed_networks FROM device_endpoints e JOIN tenants t ON t.id = $1
            JOIN devices d ON d.tenant_id = $1 AND d.id = e.device_id AND d.serial_number IN ('', $5)
            LEFT JOIN credential_templates c ON c.tenant_id = $1 AND c.id = e.template_id
            WHERE e.tenant_id = $1 AND e.protocol = $2 AND {matches} LIMIT 2
            """, Sql.Uuid(tenant), Sql.Text(protocol), Sql.Text(variant.Start), Sql.Text(variant.End), Sql.Text(variant.Serial));
        return await batch.ListAsync(r => Read(r) with { Policy = new NetworkPolicy(r.GetFieldValue<IPNetwork[]>(7)) }, cancellationToken);
    }

    /// <summary>Opens an endpoint's credentials.</summary>
    internal TargetLoad Open(Guid tenant, SealedEndpoint endpoint)
    {
        try
        {
            var secrets = endpoint.Template is { } template ? OpenTemplate(tenant, template, endpoint.TemplateSecrets) : Open(tenant, endpoint.Device, endpoint.Protocol, endpoint.Secrets);
            return new TargetLoad(new ProtocolTarget(tenant, endpoint.Device, endpoint.Settings, secrets, endpoint.Policy), null);
        }
        catch (SecretUnreadableException e)
        {
            return new TargetLoad(null, e.Message);
        }
    }

    /// <summary>False for a companion of a credential (<see cref="IDeviceProvisioning"/>), which is told to nobody.</summary>
    internal static bool IsListed(string field) => !field.Contains('.', StringComparison.Ordinal);

    /// <summary>Seals credentials for their place; null where there are none.</summary>
    internal byte[]? Seal(Guid tenant, Guid device, string protocol, IReadOnlyDictionary<string, string> values) =>
        values.Count == 0 ? null : box.Seal(JsonSerializer.SerializeToUtf8Bytes(values), Place(tenant, device, protocol));

    /// <summary>Opens what <see cref="Seal"/> made; empty where there are none.</summary>
    internal IReadOnlyDictionary<string, string> Open(Guid tenant, Guid device, string protocol, byte[]? stored) =>
        stored is null ? None : JsonSerializer.Deserialize<Dictionary<string, string>>(box.Open(stored, Place(tenant, device, protocol)))!;

    /// <summary>Seals a template's credentials for their place; null where there are none.</summary>
    internal byte[]? SealTemplate(Guid tenant, Guid template, IReadOnlyDictionary<string, string> values) =>
        values.Count == 0 ? null : templateBox.Seal(JsonSerializer.SerializeToUtf8Bytes(values), tenant.ToString("n"), template.ToString("n"));

    /// <summary>Opens what <see cref="SealTemplate"/> made; empty where there are none.</summary>
    internal IReadOnlyDictionary<string, string> OpenTemplate(Guid tenant, Guid template, byte[]? stored) =>
        stored is null ? None : JsonSerializer.Deserialize<Dictionary<string, string>>(templateBox.Open(stored, tenant.ToString("n"), template.ToString("n")))!;

    private static SealedEndpoint Read(NpgsqlDataReader row)
    {
        var settings = JsonNode.Parse(row.GetString(2))!.AsObject();
        if (!row.IsDBNull(5))
            foreach (var (name, value) in JsonNode.Parse(row.GetString(5))!.AsObject()) settings[name] = value?.DeepClone();
        // Makes of the text what it stands for now, and not when two calls read it at once.
        _ = settings.Count;
        return new SealedEndpoint(row.GetGuid(0), row.GetString(1), settings, row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3))
        {
            Template = row.UuidOrNull(4), TemplateSecrets = row.IsDBNull(6) ? null : row.GetFieldValue<byte[]>(6),
        };
    }

    private static string[] Place(Guid tenant, Guid device, string protocol) => [tenant.ToString("n"), device.ToString("n"), protocol];
}

/// <summary>What loading one endpoint came to: a target, or a sentence that says why there is none.</summary>
public sealed record TargetLoad(ProtocolTarget? Target, string? Problem)
{
    // Half of the ten seconds after which another answer is written down.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>When this was loaded, on the process's own clock, where the device had answered moments before; null where it had not, or had failed since.</summary>
    internal long? SeenAt { get; init; }

    /// <summary>True where another answer of the device tells nothing new of it, so that its rows need not be looked at.</summary>
    internal bool IsJustSeen => SeenAt is { } moment && Stopwatch.GetElapsedTime(moment) < Fresh;
}

/// <summary>One endpoint as it is stored, its credentials sealed.</summary>
/// <param name="Device">The device.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Settings">Its settings, those of its credential template included; only read.</param>
/// <param name="Secrets">Its own credentials; null for none.</param>
internal sealed record SealedEndpoint(Guid Device, string Protocol, JsonObject Settings, byte[]? Secrets)
{
    /// <summary>The template whose credentials it uses in place of its own.</summary>
    public Guid? Template { get; init; }

    /// <summary>The template's credentials; null for none.</summary>
    public byte[]? TemplateSecrets { get; init; }

    /// <summary>The tenant's network policy.</summary>
    public NetworkPolicy Policy { get; init; } = NetworkPolicy.PublicOnly;

    /// <summary>When somebody changed it or its template last.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"endpoint {Protocol} of device {Device}";
}
