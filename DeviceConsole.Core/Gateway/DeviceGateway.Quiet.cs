using DeviceConsole.Core.Data;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

// Sessions that stay in this node's memory until something of them matters to anybody else.
internal sealed partial class DeviceGateway
{
    // How often the exchange of a session in which nothing happened is kept, per device.
    private static readonly TimeSpan QuietTraces = TimeSpan.FromHours(1);

    /// <summary>The session with its epoch: taken in the database at the latest now. Of a session that is over, or must not be, it is nobody's epoch, and every statement finds nothing.</summary>
    private async ValueTask<DeviceSession> HeldAsync(DeviceSession session, CancellationToken cancellationToken)
    {
        if (!session.IsQuiet || session.Epoch != 0 || keeper.Find(session) is not { } open) return session;
        if (open.IsTaken) return open.Session;
        if (open.IsWrong || (open.Unproved is not null && !await IsRightAsync(open, cancellationToken))) return session;
        await open.Taking.WaitAsync(cancellationToken);
        try
        {
            if (!open.IsTaken) await TakeAsync(open, [], null, cancellationToken);
        }
        finally
        {
            open.Taking.Release();
        }
        ledger.Changed(session.TenantId, session.DeviceId);
        return open.Session;
    }

    // The epoch, the row of the session, and what it reported are one transaction. Gives the places from which the device called before.
    private async Task<IReadOnlyList<IdentityPlace>> TakeAsync(OpenSession open, IReadOnlyList<ParameterValue> reported, IdentityPlace? place, CancellationToken cancellationToken)
    {
        var session = open.Session;
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add(SessionStatements.LockLane, Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId))
            .Add(SessionStatements.Open, Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Text(session.Protocol), Sql.Uuid(session.Node), Sql.Interval(options.SessionLease), Sql.Json(Interrupted), Sql.Json(Vanished),
                Sql.Json(place is null ? null : IdentityPlace.Write([place])))
            .Add(SessionStatements.Record, Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Uuid(session.Id), Sql.Time(open.OpenedAt), Sql.Text(session.Protocol), Sql.Text(open.Transport),
                Sql.Text(open.Remote?.ToString()), Sql.Uuid(session.Node));
        if (reported.Count > 0) batch.Add(SessionStatements.StoreFirst, [Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Text(session.Protocol), .. StoreParameters(session.DeviceId, reported)]);
        await using var reader = await batch.ReadAsync(cancellationToken);
        // An insert gives no rows, so the reader stands on the epoch.
        await reader.ReadAsync(cancellationToken);
        var epoch = reader.GetInt64(0);
        var places = reader.IsDBNull(1) ? [] : CollisionStore.Latest(IdentityPlace.ReadAll(reader.GetString(1)), reader.Time(2));
        await reader.FinishAsync(cancellationToken);
        open.Took(epoch);
        return places;
    }

    private async Task<bool> IsRightAsync(OpenSession open, CancellationToken cancellationToken)
    {
        await LookAsync(open, cancellationToken);
        return !open.IsWrong;
    }

    // True where there may be work for the session.
    private async Task<bool> LookAsync(OpenSession open, CancellationToken cancellationToken)
    {
        var found = await look.AskAsync(open.Session, open.Unproved, cancellationToken);
        if (found.IsRight)
        {
            open.Unproved = null;
            return found.MayHaveWork;
        }
        open.IsWrong = true;
        known.Forget(open.Session.TenantId, open.Session.DeviceId);
        return false;
    }

    private async Task EndQuietAsync(OpenSession open, string reason, bool failed, IReadOnlyList<TraceEntry> trace)
    {
        var session = open.Session;
        if (open.IsWrong) (reason, failed) = ("What the device has to prove itself with was changed; it has to prove itself again.", true);
        // A session without its look gave the device nothing; one that failed is told whole.
        var (now, kept) = (time.GetUtcNow(), trace);
        if (!failed && !known.IsTraceDue(session.TenantId, session.DeviceId, now, QuietTraces)) kept = [];
        await quiet.AddAsync(new QuietSession(new SessionEnding(session, open.OpenedAt, reason, failed, 0, kept), now, open.Transport, open.Remote));
    }
}
