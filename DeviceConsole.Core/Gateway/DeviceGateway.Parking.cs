using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using NpgsqlTypes;

namespace DeviceConsole.Core.Gateway;

// Work whose end the device reports later by itself (TransferComplete, OperationComplete).
internal sealed partial class DeviceGateway
{
    /// <inheritdoc />
    public async Task<bool> ParkAsync(DeviceSession session, SessionWork work, ParkedWork parked, CancellationToken cancellationToken)
    {
        session = await HeldAsync(session, cancellationToken);
        if (!Holds(session, work, out _)) return false;
        // Handing out and putting aside take turns: until this is written the job stands as running in the table, and a look for work in
        // between would hand it out once more, while the device already works on it.
        var turn = keeper.Find(session)?.Turn;
        if (turn is not null) await turn.WaitAsync(cancellationToken);
        try
        {
            // The clock or an operator may have ended it while this waited.
            if (!Holds(session, work, out var handed) || !await WriteParkedAsync(session, work, parked, cancellationToken)) return false;
            // Only what was put aside leaves the table: what was not is still to be ended by whoever ends it.
            if (!handedOut.TryRemove(new KeyValuePair<Guid, SessionJob>(work.JobId, handed))) return true;
            handed.Dispose();
            running.Remove(handed.Job.Tenant, work.JobId);
            return true;
        }
        finally
        {
            turn?.Release();
        }
    }

    private bool Holds(DeviceSession session, SessionWork work, [NotNullWhen(true)] out SessionJob? handed) =>
        handedOut.TryGetValue(work.JobId, out handed) && handed.Session.Id == session.Id && handed.Job.Attempt == work.Attempt;

    private async Task<bool> WriteParkedAsync(DeviceSession session, SessionWork work, ParkedWork parked, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(SessionStatements.LockLane, Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId));
        batch.Add(SessionStatements.Park, SessionStatements.Of(session, Sql.Uuid(work.JobId), Sql.Int(work.Attempt), Sql.Text(parked.Continuation), Sql.Text(FaultJson.Clean(parked.Reason)), Sql.Time(parked.Until),
            Sql.Uuid(Guid.CreateVersion7()), Sql.Uuid(session.Id), Sql.Json(parked.Trace.Count == 0 ? null : TraceStore.Write(parked.Trace))));
        return (await batch.ListAsync(r => r.GetGuid(0), cancellationToken)).Count == 1;
    }

    /// <inheritdoc />
    public async Task<SessionWork?> ResumeAsync(DeviceSession session, string continuation, CancellationToken cancellationToken)
    {
        session = await HeldAsync(session, cancellationToken);
        if (continuation.Length is 0 or > 200 || FaultJson.Storable(continuation) != continuation) return null;
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(SessionStatements.Parked, SessionStatements.Of(session, Sql.Text(continuation)));
        return await batch.FirstAsync(r => new SessionWork(r.GetGuid(0), r.GetInt32(3) + 1, r.GetString(1), JsonNode.Parse(r.GetString(2)) as JsonObject ?? [], time.GetUtcNow())
        {
            Continuation = continuation,
        }, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<bool> WaitOnAsync(DeviceSession session, SessionWork work, string continuation, string reason, DateTimeOffset until, CancellationToken cancellationToken)
    {
        session = await HeldAsync(session, cancellationToken);
        if (work.Continuation is null) return false;
        // Work whose patience was over was handed out again: it is put aside as any other.
        if (handedOut.ContainsKey(work.JobId)) return await ParkAsync(session, work, new ParkedWork(continuation, reason, until), cancellationToken);
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(SessionStatements.LockLane, Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId));
        batch.Add(SessionStatements.WaitOn, SessionStatements.Of(session, Sql.Uuid(work.JobId), Sql.Text(work.Continuation), Sql.Text(continuation), Sql.Text(FaultJson.Clean(reason)), Sql.Time(until)));
        return (await batch.ListAsync(r => r.GetGuid(0), cancellationToken)).Count == 1;
    }

    // What was parked holds no lane: it ends where it stands. Its end and all that it brought are one transaction; what goes with
    // the end is written only where this call is the one that wrote it.
    private async Task<bool> FinishParkedAsync(DeviceSession session, SessionWork work, ProtocolOutcome outcome, CancellationToken cancellationToken)
    {
        var state = outcome.Fault is null ? JobState.Completed : JobState.Failed;
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(SessionStatements.LockLane, Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId));
        batch.Add(SessionStatements.FinishParked, SessionStatements.Of(session,
        [
            Sql.Uuid(work.JobId), Sql.Text(work.Continuation), Sql.Text(state.Text()), Sql.Json(outcome.Fault is null ? null : FaultJson.Write(outcome.Fault)),
            Sql.Text((outcome.Summary ?? outcome.Fault?.Message) is { } summary ? FaultJson.Clean(summary) : null),
            Sql.Json(outcome.Values.Count == 0 ? null : JobValues.Write(outcome.Values)), Sql.Int(outcome.Values.Count),
            .. StoreParameters(session.DeviceId, outcome.StoreValues ? outcome.Values : []), .. ForgetParameters(session, outcome.Removed),
            Sql.Uuid(Guid.CreateVersion7()), Sql.Uuid(session.Id), Sql.Json(outcome.Trace.Count == 0 ? null : TraceStore.Write(outcome.Trace)),
        ]));
        return (await batch.ListAsync(r => r.GetGuid(0), cancellationToken)).Count > 0;
    }
}
