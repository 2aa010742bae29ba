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
            if (!open.IsTaken) open.Took(await opener.OpenAsync(new SessionOpening(open.Session, open.OpenedAt, open.Transport, open.Remote), cancellationToken));
        }
        finally
        {
            open.Taking.Release();
        }
        ledger.Changed(session.TenantId, session.DeviceId);
        return open.Session;
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
