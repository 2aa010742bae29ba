using DeviceConsole.Core.Data;
using DeviceConsole.Core.Files;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.BulkData;

/// <summary>Bulk data towards devices.</summary>
internal sealed partial class BulkDesk(DataSources dataSources, TenantDirectory tenants, BulkStore store, IOptions<FileLibraryOptions> files, TimeProvider time, ILogger<BulkDesk> logger) : IBulkDesk
{
    private const int Tries = 4;

    // What a report says of types is a guess, or a base type: what is on record is better. What came already keeps its row.
    private const string Store =
        """
        WITH typed AS MATERIALIZED (
            SELECT array_agg(coalesce(nullif(k.type, ''), u.type) ORDER BY u.n) AS types
            FROM unnest($5::text[], $7::text[]) WITH ORDINALITY u(path, type, n)
            LEFT JOIN parameter_paths x ON x.tenant_id = $1 AND x.path = u.path LEFT JOIN parameters k ON k.tenant_id = $1 AND k.device_id = $2 AND k.path_id = x.id),
        stored AS MATERIALIZED (
            SELECT sys.store_parameters($4, $5, $6, t.types, array_fill(NULL::boolean, ARRAY[cardinality($5)]), b.protocol) AS changed
            FROM bulk_profiles b CROSS JOIN typed t WHERE b.tenant_id = $1 AND b.id = $3 AND b.mark = $8),
        moved AS MATERIALIZED (SELECT sys.notify_change('parameters', $1, ARRAY[$2::text]) FROM stored WHERE changed > 0)
        SELECT count(*) FROM moved
        """;

    private const string NewSeries =
        """
        INSERT INTO bulk_series (tenant_id, profile_id, device_id, id, path, object, label, unit)
        SELECT $1, b.id, b.device_id, u.* FROM unnest($4::integer[], $5::text[], $6::text[], $7::text[], $8::text[]) u, bulk_profiles b
        WHERE b.tenant_id = $1 AND b.id = $2 AND b.mark = $3 ON CONFLICT DO NOTHING
        """;

    private const string Samples =
        """
        INSERT INTO poll_samples (tenant_id, device_id, profile_id, at, series, vals) SELECT $1, b.device_id, b.id, $4, $5, $6 FROM bulk_profiles b
        WHERE b.tenant_id = $1 AND b.id = $2 AND b.mark = $3 ON CONFLICT DO NOTHING
        """;

    // A report that was kept on the device comes after its step was rolled up: it is the step.
    private static string Late(string table, int step) =>
        $"""
        INSERT INTO {table} (tenant_id, device_id, profile_id, at, series, avgs, mins, maxs) SELECT $1, b.device_id, b.id, date_bin(r.step, $4, 'epoch'), $5, $6, $6, $6
        FROM bulk_profiles b, (SELECT make_interval(secs => o.step_s) AS step, o.done FROM poll_rollups o WHERE o.step_s = {step}) r
        WHERE b.tenant_id = $1 AND b.id = $2 AND b.mark = $3 AND $4 < r.done ON CONFLICT DO NOTHING
        """;

    /// <inheritdoc />
    public async Task<BulkCaller?> FindAsync(string tenantSlug, string profile, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(profile, out var id) || await tenants.FindBySlugAsync(tenantSlug, cancellationToken) is not { IsActive: true } tenant) return null;
        await using var batch = new TenantBatch(dataSources.Devices, tenant.Id);
        batch.Add(
            """
            SELECT b.device_id, b.secret, b.separator, d.serial_number, ARRAY(SELECT e.identity FROM device_endpoints e WHERE e.tenant_id = $1 AND e.device_id = b.device_id AND e.identity <> '')
            FROM bulk_profiles b JOIN devices d ON d.tenant_id = $1 AND d.id = b.device_id WHERE b.tenant_id = $1 AND b.id = $2 AND NOT b.removing
            """, Sql.Uuid(tenant.Id), Sql.Uuid(id));
        return await batch.FirstAsync(r => Caller(tenant.Id, id, r), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<BulkReceipt> ReceiveAsync(BulkCaller caller, BulkDelivery delivery, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await LoadAsync(caller, cancellationToken) is not { } loaded) return BulkReceipt.Gone;
            var result = BulkMath.Apply(loaded.Parameters, delivery.Moments, loaded.State, loaded.Series, loaded.Interval, time.GetUtcNow());
            if (delivery.Moments.Count > 0 && result.Fresh == 0) return BulkReceipt.Stored;
            if (await WriteAsync(caller, delivery, loaded, result, cancellationToken)) return BulkReceipt.Stored;
        }
        return BulkReceipt.Busy;
    }

    /// <inheritdoc />
    public async Task RefusedAsync(BulkCaller caller, string reason, CancellationToken cancellationToken)
    {
        LogRefused(caller.ProfileId, caller.DeviceId, reason);
        await using var batch = new TenantBatch(dataSources.Devices, caller.TenantId);
        batch.Add("UPDATE bulk_profiles SET problem = $3, problem_at = now() WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.TenantId), Sql.Uuid(caller.ProfileId), Sql.Text(Shorten(reason)));
        await Told(batch, caller.TenantId, caller.DeviceId).ExecuteAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<BulkPlan?> PlanAsync(DeviceSession session, Guid profile, CancellationToken cancellationToken)
    {
        var address = files.Value.PublicAddress ?? throw new InvalidOperationException("Files:PublicAddress is not set.");
        if (await tenants.GetAsync(session.TenantId, cancellationToken) is not { } tenant) return null;
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add("SELECT b.name, b.secret, b.interval_s, b.encoding, b.separator, b.compress, b.retained, b.parameters::text, b.instance, b.removing FROM bulk_profiles b WHERE b.tenant_id = $1 AND b.id = $2 AND b.device_id = $3 AND b.protocol = $4",
            Sql.Uuid(session.TenantId), Sql.Uuid(profile), Sql.Uuid(session.DeviceId), Sql.Text(session.Protocol));
        return await batch.FirstAsync(r => new BulkPlan(
            r.GetString(0), new Uri(address, $"/bulk/{tenant.Slug}/{profile:N}"), BulkStore.UserOf(profile), store.Open(session.TenantId, profile, r.GetFieldValue<byte[]>(1)), r.GetInt32(2), r.GetString(3), r.GetString(4)[0],
            r.GetBoolean(5), r.GetInt32(6), [.. BulkJsonText.Read(r.GetString(7)).Select(p => new BulkReference(p.Reference, p.Name))], r.TextOrNull(8))
        {
            IsRemoving = r.GetBoolean(9),
        }, cancellationToken);
    }

    /// <inheritdoc />
    public Task StandsAsync(DeviceSession session, Guid profile, string? instance, CancellationToken cancellationToken) =>
        RunAsync(session, "UPDATE bulk_profiles SET instance = $4 WHERE tenant_id = $1 AND id = $2 AND device_id = $3", cancellationToken, Sql.Uuid(profile), Sql.Uuid(session.DeviceId), Sql.Text(instance));

    /// <inheritdoc />
    public Task RemovedAsync(DeviceSession session, Guid profile, CancellationToken cancellationToken) =>
        RunAsync(session, "DELETE FROM bulk_profiles WHERE tenant_id = $1 AND id = $2 AND device_id = $3 AND removing", cancellationToken, Sql.Uuid(profile), Sql.Uuid(session.DeviceId));

    private static string Shorten(string text) => FaultJson.Clean(text.Length <= 1000 ? text : text[..1000]);

    private static TenantBatch Told(TenantBatch batch, Guid tenant, Guid device) => batch.Add("SELECT sys.notify_change($1, $2, $3)", Sql.Text(BulkStore.Topic), Sql.Uuid(tenant), Sql.Texts([device.ToString()]));

    private async Task RunAsync(DeviceSession session, string statement, CancellationToken cancellationToken, params NpgsqlParameter[] more)
    {
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(statement, [Sql.Uuid(session.TenantId), .. more]);
        await Told(batch, session.TenantId, session.DeviceId).ExecuteAsync(cancellationToken);
    }

    private BulkCaller? Caller(Guid tenant, Guid profile, NpgsqlDataReader r)
    {
        try
        {
            return new BulkCaller(tenant, r.GetGuid(0), profile, BulkStore.UserOf(profile), store.Open(tenant, profile, r.GetFieldValue<byte[]>(1)), r.GetString(2)[0])
            {
                SerialNumber = r.GetString(3), Identities = r.GetFieldValue<string[]>(4),
            };
        }
        catch (SecretUnreadableException e)
        {
            LogUnreadable(profile, e.Message);
            return null;
        }
    }

    private async Task<Loaded?> LoadAsync(BulkCaller caller, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.Devices, caller.TenantId);
        batch.Add("SELECT parameters::text, state::text, mark, interval_s FROM bulk_profiles WHERE tenant_id = $1 AND id = $2 AND NOT removing", Sql.Uuid(caller.TenantId), Sql.Uuid(caller.ProfileId));
        batch.Add("SELECT id, path, object, label, unit FROM bulk_series WHERE tenant_id = $1 AND profile_id = $2", Sql.Uuid(caller.TenantId), Sql.Uuid(caller.ProfileId));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var (parameters, state, mark, interval) = (BulkJsonText.Read(reader.GetString(0)), BulkState.Read(reader.TextOrNull(1)), reader.UuidOrNull(2), TimeSpan.FromSeconds(reader.GetInt32(3)));
        await reader.NextResultAsync(cancellationToken);
        return new Loaded(parameters, state, mark, interval, await reader.ListAsync(r => new BulkSeries(r.GetInt32(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)), cancellationToken));
    }

    // All of it hangs on the mark: of two reports at the same time the second one is worked out again.
    private async Task<bool> WriteAsync(BulkCaller caller, BulkDelivery delivery, Loaded loaded, BulkResult result, CancellationToken cancellationToken)
    {
        var mark = Guid.CreateVersion7();
        var (tenant, profile, now) = (caller.TenantId, caller.ProfileId, time.GetUtcNow());
        List<string> problems = [.. delivery.Problems];
        if (result.NotGraphed > 0) problems.Add($"{result.NotGraphed} values are stored, but not graphed: a profile has at most {BulkMath.MaximumSeries} graphs.");
        await using var batch = new TenantBatch(dataSources.Devices, tenant);
        batch.Add(
            """
            UPDATE bulk_profiles SET mark = $4, state = coalesce($5, state), reports = reports + $6, received_at = now(), collected_at = coalesce($7, collected_at), last_values = $8, last_bad = $9,
                   problem = $10, problem_at = CASE WHEN $10::text IS NULL THEN NULL ELSE now() END
            WHERE tenant_id = $1 AND id = $2 AND mark IS NOT DISTINCT FROM $3 AND NOT removing RETURNING 1
            """, Sql.Uuid(tenant), Sql.Uuid(profile), Sql.Uuid(loaded.Mark), Sql.Uuid(mark), Sql.Json(result.State?.Write()), Sql.Int(result.Fresh), Sql.Time(result.State?.At), Sql.Int(result.Values.Count),
            Sql.Int(delivery.Bad), Sql.Text(problems.Count == 0 ? null : Shorten(string.Join(' ', problems))));
        if (result.Values.Count > 0)
            batch.Add(Store, Sql.Uuid(tenant), Sql.Uuid(caller.DeviceId), Sql.Uuid(profile), Sql.Uuids([.. result.Values.Select(_ => caller.DeviceId)]), Sql.Texts([.. result.Values.Select(v => FaultJson.Storable(v.Path))]),
                Sql.Texts([.. result.Values.Select(v => FaultJson.Storable(v.Value!))]), Sql.Texts([.. result.Values.Select(v => v.Type.Length == 0 ? "string" : FaultJson.Storable(v.Type))]), Sql.Uuid(mark));
        AddSeries(batch, tenant, profile, mark, result);
        foreach (var moment in result.Samples) AddSamples(batch, tenant, profile, mark, moment, now);
        batch.Add("SELECT sys.note_contacts(ARRAY[b.device_id], ARRAY[b.protocol], ARRAY[NULL::text]) FROM bulk_profiles b WHERE b.tenant_id = $1 AND b.id = $2 AND b.mark = $3", Sql.Uuid(tenant), Sql.Uuid(profile), Sql.Uuid(mark));
        await using var reader = await Told(batch, tenant, caller.DeviceId).ReadAsync(cancellationToken);
        var written = await reader.ReadAsync(cancellationToken);
        await reader.FinishAsync(cancellationToken);
        return written;
    }

    private static void AddSeries(TenantBatch batch, Guid tenant, Guid profile, Guid mark, BulkResult result)
    {
        if (result.NewSeries.Count == 0) return;
        batch.Add(NewSeries, Sql.Uuid(tenant), Sql.Uuid(profile), Sql.Uuid(mark), Sql.Array([.. result.NewSeries.Select(s => s.Id)], NpgsqlDbType.Integer), Texts(s => s.Path), Texts(s => s.Object), Texts(s => s.Label), Texts(s => s.Unit));

        NpgsqlParameter Texts(Func<BulkSeries, string> text) => Sql.Texts([.. result.NewSeries.Select(s => FaultJson.Storable(text(s)))]);
    }

    private static void AddSamples(TenantBatch batch, Guid tenant, Guid profile, Guid mark, BulkSamples moment, DateTimeOffset now)
    {
        Add(Samples);
        if (moment.At > now - TimeSpan.FromMinutes(1)) return;
        Add(Late("poll_samples_5m", 300));
        Add(Late("poll_samples_1h", 3600));

        void Add(string statement) => batch.Add(statement, Sql.Uuid(tenant), Sql.Uuid(profile), Sql.Uuid(mark), Sql.Time(moment.At), Sql.Array([.. moment.Values.Select(v => v.Series)], NpgsqlDbType.Integer),
            Sql.Array([.. moment.Values.Select(v => v.Value)], NpgsqlDbType.Double));
    }

    private sealed record Loaded(IReadOnlyList<BulkParameter> Parameters, BulkState? State, Guid? Mark, TimeSpan Interval, List<BulkSeries> Series);

    [LoggerMessage(4400, LogLevel.Information, "A report of bulk profile {Profile} of device {Device} was refused: {Reason}")]
    private partial void LogRefused(Guid profile, Guid device, string reason);

    [LoggerMessage(4401, LogLevel.Error, "The password of bulk profile {Profile} cannot be read: {Problem}")]
    private partial void LogUnreadable(Guid profile, string problem);
}
