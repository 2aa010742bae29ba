using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using NpgsqlTypes;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// The engine towards devices that call in. A session belongs to the node that opened it last; its jobs are claimed under the same lane lock,
/// lease and fence as everybody else's.
/// </summary>
internal sealed partial class DeviceGateway(
    DataSources dataSources, CallDesk desk, SessionKeeper keeper, SessionLedger ledger, TraceStore traces, QuarantineStore quarantine, QuirkStore quirks, CollisionStore collisions, KnownDevices known, WorkLook look, QuietLedger quiet, SessionOpener opener, NodeLease node, CompletionWriter writer, RunningJobs running, AlarmRules alarms,
    TimeProvider time, IServiceProvider services) : IDeviceGateway, IDeviceProvisioning
{
    private readonly ConcurrentDictionary<Guid, SessionJob> handedOut = new();

    private static ProtocolFault TimedOut { get; } = new(FaultClass.Timeout, "job.timeout", "The device called in and took the job, but did not finish it in time.");

    /// <inheritdoc />
    public Task<CallVerdict> AuthenticateAsync(DeviceCall call, Func<CallCredentials, CredentialCheck> verify, CancellationToken cancellationToken) =>
        desk.AuthenticateAsync(call, verify, cancellationToken);

    /// <inheritdoc />
    public Task NoteRefusalAsync(DeviceCall call, string reason, CancellationToken cancellationToken) => desk.NoteAsync(call, reason, cancellationToken);

    /// <inheritdoc />
    public async Task<DeviceSession> OpenSessionAsync(ProtocolTarget target, DeviceCall call, CancellationToken cancellationToken)
    {
        var lease = await node.WaitAsync(cancellationToken);
        await EndOlderAsync(target, call.Protocol);
        var session = new DeviceSession(Guid.CreateVersion7(), target.TenantId, target.DeviceId, call.Protocol, lease.Id, 0) { IsQuiet = target.Remembered is not null };
        var open = new OpenSession(session, time.GetUtcNow()) { Model = DeviceModel.Of(call.Facts), Unproved = target.Remembered, Transport = call.Transport, Remote = call.Remote };
        if (session.IsQuiet)
        {
            // It calls from the place where it was the last time. What it tells that is new takes the session, as anything that matters to others does.
            keeper.Add(open);
            if (call.Learnt is { } learnt) await SaveSettingsAsync(open.Session, learnt, cancellationToken);
            if (call.Describes) await DescribeAsync(open.Session, call.Facts, cancellationToken);
            foreach (var told in call.Events) await RaiseEventAsync(open.Session, told.Kind, told.Message, told.Detail, cancellationToken);
            return open.Session;
        }
        var place = IdentityPlace.Of(call, open.OpenedAt);
        var opened = await opener.OpenAsync(OpeningOf(open, call, place), cancellationToken);
        open.Took(opened);
        if (call.Learnt is not null) known.Forget(target.TenantId, target.DeviceId);
        else if (call.Reported.Count > 0) known.Stored(target.TenantId, target.DeviceId, call.Reported);
        keeper.Add(open);
        ledger.Changed(target.TenantId, target.DeviceId);
        await collisions.SeenAsync(open.Session, opened.Places, place, call.Displaces);
        return open.Session;
    }

    private static SessionOpening OpeningOf(OpenSession open, DeviceCall call, IdentityPlace place) => new(open.Session, open.OpenedAt, open.Transport, open.Remote)
    {
        Place = place, Reported = call.Reported, Learnt = call.Learnt?.ToJsonString(), Facts = call.Describes ? call.Facts : null,
        Events = [.. call.Events.Select(e => ToldOf(call.Protocol, e.Kind, e.Message, e.Detail))],
    };

    private static AlarmEvent ToldOf(string protocol, string kind, string message, JsonObject? detail) => new(protocol, FaultJson.Clean(kind), FaultJson.Clean(message), detail?.ToJsonString());

    // Whatever an older session of the device works on here is over.
    private async Task EndOlderAsync(ProtocolTarget target, string protocol)
    {
        if (!keeper.Has(target.TenantId, target.DeviceId)) return;
        foreach (var (job, handed) in handedOut)
            if (handed.Session.TenantId == target.TenantId && handed.Session.DeviceId == target.DeviceId && handed.Session.Protocol == protocol)
                await EndAsync(job, handed, handed.Job.Vanished("The device began a new session in the middle of this job."));
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ParameterValue>> StoredAsync(ProtocolTarget target, string start, string end, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.Devices, target.TenantId);
        batch.Add(
            """
            SELECT x.path, p.value, p.type FROM parameters p JOIN parameter_paths x ON x.tenant_id = p.tenant_id AND x.id = p.path_id
            WHERE p.tenant_id = $1 AND p.device_id = $2 AND starts_with(x.path, $3) AND right(x.path, length($4)) = $4 LIMIT 1000
            """, Sql.Uuid(target.TenantId), Sql.Uuid(target.DeviceId), Sql.Text(start), Sql.Text(end));
        return await batch.ListAsync(r => new ParameterValue(r.GetString(0), r.TextOrNull(1), r.GetString(2)), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<SessionWork?> NextWorkAsync(DeviceSession session, CancellationToken cancellationToken)
    {
        if (node.Current is not { } lease || lease.Id != session.Node || keeper.Find(session) is not { } open || open.IsWrong) return null;
        if (!await LookAsync(open, cancellationToken)) return null;
        session = await HeldAsync(session, cancellationToken);
        await open.Turn.WaitAsync(cancellationToken);
        try
        {
            return await ClaimAsync(session, open, lease, cancellationToken);
        }
        finally
        {
            open.Turn.Release();
        }
    }

    private async Task<SessionWork?> ClaimAsync(DeviceSession session, OpenSession open, WorkerLease lease, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(SessionStatements.LockLane, Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId)).Add(SessionStatements.Next, SessionStatements.Of(session));
        // Not given up half-way: what is handed out and not known here would count as asked.
        var rows = await batch.ListAsync(r => (
            Job: new ClaimedJob(session.TenantId, r.GetGuid(0), session.DeviceId, session.Protocol, r.GetString(1), r.GetString(2), r.GetBoolean(3),
                TimeSpan.FromMilliseconds(r.GetInt32(4)), r.GetInt32(5), r.GetInt32(6), lease), Continuation: r.TextOrNull(7), Doubtful: r.GetBoolean(8)), CancellationToken.None);
        if (rows.Count == 0 || handedOut.ContainsKey(rows[0].Job.Id)) return null;

        known.ForgetReported(session.TenantId, session.DeviceId);
        var job = rows[0].Job;
        var handed = new SessionJob(job, session, time.GetUtcNow() + job.Timeout, rows[0].Continuation);
        open.CountJob();
        if (!handedOut.TryAdd(job.Id, handed)) return null;
        if (rows[0].Doubtful && open.Model is { } model && await quarantine.FindAsync(job, model, cancellationToken) is { } stopped)
        {
            await WriteEndAsync(job.Id, handed, job.End(ProtocolOutcome.Failure(stopped)));
            return await ClaimAsync(session, open, lease, cancellationToken);
        }
        if (cancellationToken.IsCancellationRequested && rows[0].Continuation is null)
        {
            // The device left meanwhile, and nobody has asked it.
            await WriteEndAsync(job.Id, handed, job.Released("The session ended before the device was asked.", underWay: false));
            return null;
        }
        running.Add(job.Tenant, job.Id, () => _ = EndAsync(job.Id, handed, job.Cancelled()));
        handed.Timer = time.CreateTimer(_ => _ = EndAsync(job.Id, handed, job.End(ProtocolOutcome.Failure(TimedOut))), null, job.Timeout, Timeout.InfiniteTimeSpan);
        return handed.Work(JsonNode.Parse(job.Arguments) as JsonObject ?? []);
    }

    /// <inheritdoc />
    public async Task WaitForWorkAsync(DeviceSession session, CancellationToken cancellationToken)
    {
        if (keeper.Find(session) is { } open) await keeper.WaitAsync(open, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<bool> CompleteAsync(DeviceSession session, SessionWork work, ProtocolOutcome outcome, CancellationToken cancellationToken)
    {
        session = await HeldAsync(session, cancellationToken);
        if (Holds(session, work, out var handed)) return await EndAsync(work.JobId, handed, handed.Job.End(outcome)).WaitAsync(cancellationToken);
        return work.Continuation is not null && await FinishParkedAsync(session, work, outcome, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<bool> StoreValuesAsync(DeviceSession session, IReadOnlyList<ParameterValue> values, CancellationToken cancellationToken) =>
        values.Count == 0 || await TakenAsync(session, SessionStatements.Store, cancellationToken, StoreParameters(session.DeviceId, values));

    private static Npgsql.NpgsqlParameter[] StoreParameters(Guid device, IReadOnlyList<ParameterValue> values) =>
    [
        Sql.Uuids([.. values.Select(_ => device)]),
        Sql.Texts([.. values.Select(v => FaultJson.Storable(v.Path))]),
        Sql.Texts([.. values.Select(v => v.Value is null ? null : FaultJson.Storable(v.Value))]),
        Sql.Texts([.. values.Select(v => FaultJson.Storable(v.Type))]),
        Sql.Array([.. values.Select(v => v.Writable)], NpgsqlDbType.Boolean),
    ];

    /// <inheritdoc />
    public async Task<bool> ForgetValuesAsync(DeviceSession session, IReadOnlyList<string> objects, CancellationToken cancellationToken) =>
        objects.Count == 0 || await TakenAsync(session, SessionStatements.Forget, cancellationToken, ForgetParameters(session, objects));

    private static Npgsql.NpgsqlParameter[] ForgetParameters(DeviceSession session, IReadOnlyList<string> objects) =>
        [Sql.Uuids([.. objects.Select(_ => session.DeviceId)]), Sql.Texts([.. objects.Select(FaultJson.Storable)])];

    /// <inheritdoc />
    public Task NoteAnsweredAsync(DeviceSession session, CancellationToken cancellationToken) => RunAsync(session, SessionStatements.Answered, cancellationToken);

    /// <inheritdoc />
    public Task DescribeAsync(DeviceSession session, DeviceFacts facts, CancellationToken cancellationToken)
    {
        if (keeper.Find(session) is { } open && DeviceModel.Of(facts) is { } model) open.Model = model;
        return RunAsync(session, SessionStatements.Describe, cancellationToken, Sql.Text(Short(facts.Manufacturer)), Sql.Text(Short(facts.Model)), Sql.Text(Short(facts.SerialNumber)));
    }

    /// <inheritdoc />
    public async Task SaveSettingsAsync(DeviceSession session, JsonObject changes, CancellationToken cancellationToken)
    {
        await RunAsync(session, SessionStatements.SaveSettings, cancellationToken, Sql.Json(changes.ToJsonString()));
        known.Forget(session.TenantId, session.DeviceId);
    }

    /// <inheritdoc />
    public async Task<JsonObject> QuirksAsync(DeviceSession session, CancellationToken cancellationToken) =>
        keeper.Find(session)?.Model is { } model ? await quirks.FindAsync(session.TenantId, session.Protocol, model, cancellationToken) : [];

    /// <inheritdoc />
    public async Task LearnAsync(DeviceSession session, JsonObject changes, CancellationToken cancellationToken)
    {
        if (keeper.Find(session)?.Model is { } model) await quirks.LearnAsync(session.TenantId, session.Protocol, model, changes, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<bool> RaiseEventAsync(DeviceSession session, string kind, string message, JsonObject? detail, CancellationToken cancellationToken)
    {
        session = await HeldAsync(session, cancellationToken);
        var told = ToldOf(session.Protocol, kind, message, detail);
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add(SessionStatements.Event, SessionStatements.Of(session, Sql.Uuid(Guid.CreateVersion7()), Sql.Text(told.Kind), Sql.Text(told.Message), Sql.Json(told.Detail)));
        // A session that is over tells nothing any more.
        if (await batch.FirstAsync(r => r.GetInt32(0), cancellationToken) != 1) return false;
        await alarms.NoteAsync(session.TenantId, session.DeviceId, told, cancellationToken);
        return true;
    }

    /// <inheritdoc />
    public async Task TraceAsync(DeviceSession session, IReadOnlyList<TraceEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0) return;
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(TraceStore.Command(session.TenantId, session.DeviceId, session.Protocol, null, session.Id, null, entries));
        await batch.ExecuteAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task CloseSessionAsync(DeviceSession session, string reason, bool failed, CancellationToken cancellationToken) => CloseSessionAsync(session, reason, failed, [], cancellationToken);

    /// <inheritdoc />
    public async Task CloseSessionAsync(DeviceSession session, string reason, bool failed, IReadOnlyList<TraceEntry> trace, CancellationToken cancellationToken)
    {
        // Most sessions had no job.
        if (keeper.Find(session) is not { Jobs: 0 })
            foreach (var (id, handed) in handedOut)
                if (handed.Session.Id == session.Id) await EndAsync(id, handed, failed ? handed.Job.Vanished(reason) : handed.Job.Released(reason, underWay: true));
        if (keeper.Remove(session) is not { } open)
        {
            await TraceAsync(session, trace, cancellationToken);
            return;
        }
        if (open.IsTaken) await ledger.EndAsync(new SessionEnding(open.Session, open.OpenedAt, FaultJson.Clean(reason), failed, open.Jobs, trace)).WaitAsync(cancellationToken);
        else await EndQuietAsync(open, FaultJson.Clean(reason), failed, trace);
        open.Dispose();
    }

    // Whoever removes the entry ends the job: the device, an operator, the clock or the session's end.
    private async Task<bool> EndAsync(Guid id, SessionJob handed, Completion completion)
    {
        var open = keeper.Find(handed.Session);
        var turn = open?.Turn;
        if (turn is not null) await turn.WaitAsync();
        try
        {
            if (!handedOut.TryGetValue(id, out var still) || still != handed) return false;
            // First, so that whoever sees the end sees how it came about.
            await traces.WriteAsync(handed.Job, completion.Trace, handed.Session.Id);
            if (!await WriteEndAsync(id, handed, completion)) return false;
        }
        finally
        {
            turn?.Release();
        }
        if (completion.Fault?.Code == FaultCodes.DeviceVanished && open?.Model is { } model)
            await quarantine.StrikeAsync(handed.Job, model, completion.Fault.Detail ?? completion.Fault.Message);
        return true;
    }

    private async Task<bool> WriteEndAsync(Guid id, SessionJob handed, Completion completion)
    {
        if (!handedOut.TryRemove(new KeyValuePair<Guid, SessionJob>(id, handed))) return false;
        handed.Dispose();
        try
        {
            return await writer.WriteAsync(completion);
        }
        finally
        {
            running.Remove(handed.Job.Tenant, id);
        }
    }

    // The statement gives a row where the session is still the device's.
    private async Task<bool> TakenAsync(DeviceSession session, string statement, CancellationToken cancellationToken, params Npgsql.NpgsqlParameter[] more)
    {
        session = await HeldAsync(session, cancellationToken);
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(statement, SessionStatements.Of(session, more));
        return (await batch.ListAsync(_ => true, cancellationToken)).Count > 0;
    }

    private async Task RunAsync(DeviceSession session, string statement, CancellationToken cancellationToken, params Npgsql.NpgsqlParameter[] more)
    {
        session = await HeldAsync(session, cancellationToken);
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(statement, SessionStatements.Of(session, more));
        await batch.ExecuteAsync(cancellationToken);
    }

    // A column's length, and one printable line.
    internal static string? Short(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var clean = FaultJson.Storable(new string([.. text.Where(c => !char.IsControl(c))]).Trim());
        return clean.Length == 0 ? null : clean.Length <= 190 ? clean : FaultJson.Storable(clean[..190]);
    }
}
