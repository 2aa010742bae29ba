using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace DeviceConsole.Web.Hubs;

/// <summary>
/// Live jobs for clients that are no page of ours. Which tenant and which devices a connection hears of comes from its
/// verified claims; there is no method that names a group.
/// </summary>
[Authorize(Policy = Auth.ServiceCollectionExtensions.LivePolicy)]
public sealed class LiveHub(LivePush push, JobService jobs, SessionGuard guard) : Hub<ILiveClient>
{
    private const string Guarded = "guard";
    private const int SnapshotSize = 200;

    /// <summary>The newest 200 jobs. Call it after the connection is up and after every Resync.</summary>
    public async Task<IReadOnlyList<JobView>> Snapshot() =>
        (await jobs.ListAsync(Caller(), new JobQuery { Limit = SnapshotSize }, Context.ConnectionAborted)).Items;

    /// <inheritdoc />
    public override async Task OnConnectedAsync()
    {
        Context.Items[Guarded] = guard.Register(Context.User!, Context.Abort);
        await push.JoinAsync(Context.ConnectionId, Caller());
        await base.OnConnectedAsync();
    }

    /// <inheritdoc />
    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        (Context.Items[Guarded] as IDisposable)?.Dispose();
        await push.LeaveAsync(Context.ConnectionId);
        await base.OnDisconnectedAsync(exception);
    }

    private Caller Caller() => ConsoleClaims.CallerFrom(Context.User) ?? throw new HubException("Your session has ended. Log in again.");
}
