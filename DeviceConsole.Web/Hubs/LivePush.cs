using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.SignalR;

namespace DeviceConsole.Web.Hubs;

/// <summary>
/// Carries the live feed to connections of the hub: one subscription a tenant for everybody who may see all of its devices
/// (the group <c>tenant:{id}</c>), one a connection for those who may see only some.
/// </summary>
public sealed class LivePush(IHubContext<LiveHub, ILiveClient> hub, LiveFeed feed) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Dictionary<string, string> pumpOf = [];
    private readonly Dictionary<string, Pump> pumps = [];

    /// <summary>Starts to tell a connection what its caller may hear.</summary>
    public async Task JoinAsync(string connection, Caller caller)
    {
        var shared = caller.Scope.IsAll && caller.May(Rights.View);
        var name = shared ? $"tenant:{caller.Tenant}" : $"connection:{connection}";
        await turn.WaitAsync();
        try
        {
            await hub.Groups.AddToGroupAsync(connection, name);
            pumpOf[connection] = name;
            if (!pumps.TryGetValue(name, out var pump)) pumps[name] = pump = new Pump(feed.SubscribeJobs(caller), hub.Clients.Group(name));
            pump.Members++;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends it.</summary>
    public async Task LeaveAsync(string connection)
    {
        await turn.WaitAsync();
        try
        {
            if (!pumpOf.Remove(connection, out var name) || --pumps[name].Members > 0) return;
            pumps.Remove(name, out var pump);
            await pump!.DisposeAsync();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var pump in pumps.Values) await pump.DisposeAsync();
        turn.Dispose();
    }

    private sealed class Pump : IAsyncDisposable
    {
        private readonly LiveSubscription<JobView> subscription;
        private readonly Task running;

        public Pump(LiveSubscription<JobView> subscription, ILiveClient clients)
        {
            this.subscription = subscription;
            running = RunAsync(clients);
        }

        public int Members { get; set; }

        // Disposing the subscription completes its stream, and with it the loop.
        public async ValueTask DisposeAsync()
        {
            await subscription.DisposeAsync();
            await running;
        }

        private async Task RunAsync(ILiveClient clients)
        {
            await foreach (var batch in subscription.ReadAllAsync(CancellationToken.None))
                await (batch.Resync ? clients.Resync() : clients.JobsChanged(batch.Changes));
        }
    }
}
