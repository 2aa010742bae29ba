using System.Collections.Concurrent;

namespace DeviceConsole.Core.Jobs;

/// <summary>What this node executes now, from the claim until the completion is written; a worker's jobs and those handed to sessions.</summary>
internal sealed class RunningJobs
{
    private readonly ConcurrentDictionary<Guid, Action> cancels = new();
    private readonly ConcurrentDictionary<Guid, int> byTenant = new();

    public bool Contains(Guid job) => cancels.ContainsKey(job);

    public void Add(Guid tenant, Guid job, Action cancel)
    {
        if (cancels.TryAdd(job, cancel)) byTenant.AddOrUpdate(tenant, 1, static (_, n) => n + 1);
        else cancels[job] = cancel;
    }

    public void Remove(Guid tenant, Guid job)
    {
        if (!cancels.TryRemove(job, out _)) return;
        byTenant.AddOrUpdate(tenant, 0, static (_, n) => n - 1);
        byTenant.TryRemove(new(tenant, 0));
    }

    /// <summary>Somebody asked to cancel it; nothing happens where it does not run here.</summary>
    public void Cancel(Guid job)
    {
        if (cancels.TryGetValue(job, out var cancel)) cancel();
    }

    /// <summary>Tenants that hold at least that many.</summary>
    public Guid[] TenantsWith(int jobs) => [.. byTenant.Where(t => t.Value >= jobs).Select(t => t.Key)];
}
