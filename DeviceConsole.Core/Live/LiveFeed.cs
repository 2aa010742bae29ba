using System.Collections.Concurrent;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Live;

/// <summary>
/// Changes as they are committed, for components, hubs and event streams of this node. Rows are read only for tenants
/// that somebody watches, and once for all who do.
/// </summary>
public sealed partial class LiveFeed : IDisposable
{
    private const int BatchesPerSubscriber = 64;
    private readonly ConcurrentDictionary<Guid, TenantFeed> tenants = new();
    private readonly Lock gate = new();
    private readonly JobListener listener;
    private readonly DataSources dataSources;
    private readonly JobRows rows;
    private readonly ILogger<LiveFeed> logger;

    /// <summary>One for the process.</summary>
    internal LiveFeed(JobListener listener, DataSources dataSources, ProtocolCatalog protocols, ILogger<LiveFeed> logger)
    {
        (this.listener, this.dataSources, this.logger) = (listener, dataSources, logger);
        rows = new JobRows(protocols);
        listener.Noticed += OnNoticed;
        listener.Missed += OnMissed;
    }

    /// <summary>How this node hears of changes.</summary>
    public LiveFeedState State => listener.State;

    /// <summary>How many tenants are watched on this node.</summary>
    public int Watched => tenants.Count;

    /// <summary>
    /// Changed jobs of the caller's tenant within its scope. Subscribe first, then read the snapshot, then apply what has a higher revision.
    /// A change may come twice. A caller without the right to view hears nothing.
    /// </summary>
    public LiveSubscription<JobView> SubscribeJobs(Caller caller)
    {
        var subscription = new LiveSubscription<JobView>(BatchesPerSubscriber, s => Leave(caller.Tenant, s));
        if (!caller.May(Rights.View)) return subscription;
        lock (gate)
        {
            if (!tenants.TryGetValue(caller.Tenant, out var feed))
            {
                feed = new TenantFeed(caller.Tenant, dataSources, rows, e => LogReadFailed(e.Message));
                tenants[caller.Tenant] = feed;
                feed.Start();
            }
            feed.Add(subscription, caller.Scope);
        }
        return subscription;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        listener.Noticed -= OnNoticed;
        listener.Missed -= OnMissed;
        foreach (var feed in tenants.Values) feed.Dispose();
    }

    private void Leave(Guid tenant, LiveSubscription<JobView> subscription)
    {
        lock (gate)
        {
            if (!tenants.TryGetValue(tenant, out var feed)) return;
            feed.Remove(subscription);
            if (!feed.IsEmpty) return;
            tenants.TryRemove(tenant, out _);
            feed.Dispose();
        }
    }

    private void OnNoticed(JobNotice notice)
    {
        if (tenants.IsEmpty) return;
        if (notice.Tenants is null)
        {
            OnMissed();
            return;
        }
        foreach (var (tenant, jobs) in notice.Tenants)
        {
            if (!tenants.TryGetValue(tenant, out var feed)) continue;
            if (jobs is null) feed.Missed(listener.SafeXmin);
            else feed.Changed(jobs);
        }
    }

    private void OnMissed()
    {
        foreach (var feed in tenants.Values) feed.Missed(listener.SafeXmin);
    }

    [LoggerMessage(2010, LogLevel.Warning, "Changed jobs cannot be read for the live pages ({Reason}); trying again.")]
    private partial void LogReadFailed(string reason);
}
