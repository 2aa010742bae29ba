using System.Globalization;
using System.Text.Json;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using NpgsqlTypes;

namespace DeviceConsole.Core.Polling;

/// <summary>A poll that was claimed.</summary>
internal sealed record DuePoll(Guid Tenant, Guid Profile, Guid Device, string Protocol, int IntervalSeconds);

/// <summary>One poll of one device: reads by the protocol's own operations, makes samples, alarms and events. No job is written.</summary>
internal sealed class PollRunner(DataSources dataSources, ProtocolCatalog protocols, DeviceSecrets secrets, AlarmDesk alarms, EventLog events, TimeProvider time) : IDisposable
{
    /// <summary>A device that did not answer so often in a row is unreachable.</summary>
    public const int MostFailures = 3;

    // However many polls are under way, the pages keep most connections to themselves.
    private const int Connections = 16;
    private readonly SemaphoreSlim connections = new(Connections, Connections);

    private sealed record Loaded(PollProfileInput Input, int Failures, PollState? State, List<PollSeries> Series);

    /// <summary>Polls; the number of samples. Expected failures are noted with the target.</summary>
    public async Task<int> RunAsync(DuePoll poll, CancellationToken cancellationToken)
    {
        if (protocols.Find(poll.Protocol) is not IDialOutProtocol module) return 0;
        var (loaded, target) = await InTurnAsync(async () => (await LoadAsync(poll, cancellationToken), await secrets.LoadTargetAsync(poll.Tenant, poll.Device, poll.Protocol, cancellationToken)), cancellationToken);
        if (loaded is null || target is null) return 0;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(poll.IntervalSeconds, 10, 60)));
        try
        {
            var (reading, fault) = await ReadAsync(module, target, loaded, timeout.Token);
            return await InTurnAsync(() => fault is null ? StoreAsync(poll, loaded, reading, cancellationToken) : FailAsync(poll, loaded, fault, cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var fault = new ProtocolFault(FaultClass.Timeout, "poll.timeout", "The device took too long to answer all that the profile asks for.");
            return await InTurnAsync(() => FailAsync(poll, loaded, fault, cancellationToken), cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose() => connections.Dispose();

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await connections.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            connections.Release();
        }
    }

    private async Task<Loaded?> LoadAsync(DuePoll poll, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, poll.Tenant);
        batch.Add(
            """
            SELECT p.objects::text, p.thresholds::text, t.failures, t.state::text FROM poll_targets t JOIN poll_profiles p ON p.tenant_id = t.tenant_id AND p.id = t.profile_id
            WHERE t.tenant_id = $1 AND t.profile_id = $2 AND t.device_id = $3
            """, Sql.Uuid(poll.Tenant), Sql.Uuid(poll.Profile), Sql.Uuid(poll.Device));
        batch.Add("SELECT id, oid, object, label, unit FROM poll_series WHERE tenant_id = $1 AND profile_id = $2 AND device_id = $3", Sql.Uuid(poll.Tenant), Sql.Uuid(poll.Profile), Sql.Uuid(poll.Device));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var input = new PollProfileInput { Objects = PollJson.Objects(reader.GetString(0)), Thresholds = PollJson.Thresholds(reader.GetString(1)) };
        var (failures, state) = (reader.GetInt32(2), PollState.Read(reader.TextOrNull(3)));
        await reader.NextResultAsync(cancellationToken);
        var series = await reader.ListAsync(r => new PollSeries(poll.Profile, r.GetInt32(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)), cancellationToken);
        return new Loaded(input, failures, state, series);
    }

    private async Task<(PollReading Reading, ProtocolFault? Fault)> ReadAsync(IDialOutProtocol module, ProtocolTarget target, Loaded loaded, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        // The clock of the counters is read first: it tells that the device answers at all, and whether it began anew.
        var at = time.GetUtcNow();
        foreach (var oid in loaded.Input.Objects.Where(o => !o.Column).Select(o => o.Oid).Prepend(PollMath.Uptime).Distinct())
            if (await AskAsync(ObjectRole.Get, oid) is { } fault && (oid == PollMath.Uptime || IsGone(fault))) return (new PollReading(at, values), fault);
        var known = loaded.Series.Select(s => s.Oid).ToHashSet(StringComparer.Ordinal);
        foreach (var oid in loaded.Input.Objects.Where(o => o.Column).SelectMany(o => new[] { o.Oid, o.Discontinuity }).OfType<string>().Distinct())
            if (await AskAsync(ObjectRole.Walk, oid) is { } fault && IsGone(fault)) return (new PollReading(at, values), fault);
        // Names of rows are read only where there are new rows.
        foreach (var column in loaded.Input.Objects.Where(o => o is { Column: true, Label: not null } && values.Keys.Any(k => k.StartsWith(o.Oid + ".", StringComparison.Ordinal) && !known.Contains(k))).Select(o => o.Label!).Distinct().ToList())
            await AskAsync(ObjectRole.Walk, column);
        return (new PollReading(at, values), null);

        // A dead device fails once, and not once an object.
        static bool IsGone(ProtocolFault fault) => fault.Class is not (FaultClass.Refused or FaultClass.Invalid);

        async Task<ProtocolFault?> AskAsync(ObjectRole role, string oid)
        {
            if (module.Descriptor.For(role) is not { } operation) return new ProtocolFault(FaultClass.Invalid, "poll.operation", $"{module.Descriptor.Name} cannot read so.");
            var outcome = await module.ExecuteAsync(target, operation.Id, operation.ObjectArguments(oid), cancellationToken);
            foreach (var value in outcome.Values) values[value.Path] = value;
            return outcome.Fault;
        }
    }

    private async Task<int> StoreAsync(DuePoll poll, Loaded loaded, PollReading reading, CancellationToken cancellationToken)
    {
        var result = PollMath.Apply(poll.Device, poll.Profile, loaded.Input, reading, loaded.State, loaded.Series);
        await using (var batch = new TenantBatch(dataSources.App, poll.Tenant))
        {
            if (result.NewSeries.Count > 0)
                batch.Add(
                    """
                    INSERT INTO poll_series (tenant_id, device_id, profile_id, id, oid, object, label, unit)
                    SELECT $1, d.id, p.id, u.* FROM unnest($4::integer[], $5::text[], $6::text[], $7::text[], $8::text[]) u, devices d, poll_profiles p
                    WHERE d.tenant_id = $1 AND d.id = $2 AND p.tenant_id = $1 AND p.id = $3 ON CONFLICT DO NOTHING
                    """, Sql.Uuid(poll.Tenant), Sql.Uuid(poll.Device), Sql.Uuid(poll.Profile), Sql.Array([.. result.NewSeries.Select(s => s.Id)], NpgsqlDbType.Integer), Texts(s => s.Oid), Texts(s => s.Object), Texts(s => s.Label), Texts(s => s.Unit));
            if (result.Samples.Count > 0)
                batch.Add("INSERT INTO poll_samples (tenant_id, device_id, profile_id, at, series, vals) SELECT $1, d.id, $3, $4, $5, $6 FROM devices d WHERE d.tenant_id = $1 AND d.id = $2 ON CONFLICT DO NOTHING",
                    Sql.Uuid(poll.Tenant), Sql.Uuid(poll.Device), Sql.Uuid(poll.Profile), Sql.Time(reading.At), Sql.Array([.. result.Samples.Select(s => s.Series)], NpgsqlDbType.Integer), Sql.Array([.. result.Samples.Select(s => s.Value)], NpgsqlDbType.Double));
            batch.Add("UPDATE poll_targets SET state = $4, last_at = $5, failures = 0, last_error = NULL WHERE tenant_id = $1 AND device_id = $2 AND profile_id = $3",
                Sql.Uuid(poll.Tenant), Sql.Uuid(poll.Device), Sql.Uuid(poll.Profile), Sql.Json(result.State.Write()), Sql.Time(reading.At));
            batch.Add("SELECT sys.note_contacts($1, $2, $3)", Sql.Uuids([poll.Device]), Sql.Texts([poll.Protocol]), Sql.Texts([null]));
            await batch.ExecuteAsync(cancellationToken);
        }
        if (result.Cleared.Count > 0) await alarms.ClearAsync(poll.Tenant, result.Cleared, "polling", cancellationToken);
        if (result.Raised.Count > 0) await alarms.RaiseAsync(poll.Tenant, result.Raised, cancellationToken);
        if (loaded.Failures >= MostFailures) await events.RecordAsync(poll.Tenant, poll.Device, new AlarmEvent("polling", "reachable", "The device answers again.", null), cancellationToken);
        return result.Samples.Count;

        Npgsql.NpgsqlParameter Texts(Func<PollSeries, string> text) => Sql.Texts([.. result.NewSeries.Select(s => FaultJson.Storable(text(s)))]);
    }

    private async Task<int> FailAsync(DuePoll poll, Loaded loaded, ProtocolFault fault, CancellationToken cancellationToken)
    {
        await using (var batch = new TenantBatch(dataSources.App, poll.Tenant))
        {
            batch.Add("UPDATE poll_targets SET failures = failures + 1, last_error = $4 WHERE tenant_id = $1 AND device_id = $2 AND profile_id = $3",
                Sql.Uuid(poll.Tenant), Sql.Uuid(poll.Device), Sql.Uuid(poll.Profile), Sql.Text(FaultJson.Clean(fault.Message)));
            batch.Add("SELECT sys.note_contacts($1, $2, $3)", Sql.Uuids([poll.Device]), Sql.Texts([poll.Protocol]), Sql.Texts([FaultJson.Clean(fault.Message)]));
            await batch.ExecuteAsync(cancellationToken);
        }
        if (loaded.Failures + 1 == MostFailures)
            await events.RecordAsync(poll.Tenant, poll.Device, new AlarmEvent("polling", "unreachable", string.Create(CultureInfo.InvariantCulture, $"{fault.Message} ({MostFailures} polls in a row)"), JsonSerializer.Serialize(new { code = fault.Code })), cancellationToken);
        return 0;
    }
}
