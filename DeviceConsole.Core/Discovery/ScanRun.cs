using System.Net;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Discovery;

/// <summary>One run of one scan.</summary>
internal sealed class ScanRun(ClaimedScan scan, Guid worker, ScanStore store, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly SortedSet<int> asking = [];
    private readonly List<DiscoveryFinding> found = [];
    private int next = scan.Position;
    private volatile NetworkPolicy policy = scan.Policy;

    /// <summary>Asks every address from the position on; ends the run in the database, unless it was stopped or lost.</summary>
    public async Task RunAsync(IDiscoveryProtocol protocol, int atOnce, TimeSpan step, CancellationToken stoppingToken)
    {
        if (AddressRanges.Read(scan.Ranges, out _, out var wrong) is not { } addresses)
        {
            await store.EndAsync(scan.Tenant, scan.Id, worker, DiscoveryState.Failed, wrong, stoppingToken);
            return;
        }
        if (Refusal(addresses, scan.Policy) is { } refusal)
        {
            await store.EndAsync(scan.Tenant, scan.Id, worker, DiscoveryState.Failed, refusal, stoppingToken);
            return;
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var asked = AskAllAsync(protocol, addresses, atOnce, stop.Token);
        var (state, reason) = await FollowAsync(asked, addresses, step, stop, stoppingToken);
        if (state is { } end) await store.EndAsync(scan.Tenant, scan.Id, worker, end, reason, stoppingToken);
    }

    /// <summary>Why these addresses may not be asked, or null. Only networks that the tenant's policy names are scanned, public ones too.</summary>
    public static string? Refusal(AddressRanges addresses, NetworkPolicy policy) => addresses.Outside(policy.Allowed) is { } outside
        ? $"{outside} lies outside of the networks that this tenant may scan{(policy.Allowed.Count == 0 ? "" : $" ({string.Join(", ", policy.Allowed.Take(5))}{(policy.Allowed.Count > 5 ? " …" : "")})")}. Ask a platform administrator to add its network to the tenant's allowed networks."
        : null;

    private async Task AskAllAsync(IDiscoveryProtocol protocol, AddressRanges addresses, int atOnce, CancellationToken cancellationToken)
    {
        var pace = new ScanPace(scan.Rate, time);
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Places(addresses.Count), options, async (place, token) =>
        {
            var probe = new DiscoveryProbe(scan.Tenant, policy, scan.Port, TimeSpan.FromMilliseconds(scan.TimeoutMs), scan.Retries, scan.Credentials, pace.WaitAsync);
            var finding = await protocol.ProbeAsync(probe, addresses[place], token);
            lock (gate)
            {
                if (finding is not null) found.Add(finding);
                asking.Remove(place);
            }
        });
    }

    private IEnumerable<int> Places(int count)
    {
        while (true)
        {
            int place;
            lock (gate)
            {
                if (next >= count) yield break;
                place = next++;
                asking.Add(place);
            }
            yield return place;
        }
    }

    // Writes every step until all are asked; the end, or none where this node has lost the scan.
    private async Task<(DiscoveryState? State, string? Reason)> FollowAsync(Task asked, AddressRanges addresses, TimeSpan step, CancellationTokenSource stop, CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.WhenAny(asked, Task.Delay(step, time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
                var isLast = asked.IsCompleted;
                var (position, told) = Taken();
                var answer = await store.StepAsync(scan, worker, position, told, stoppingToken);
                if (!answer.Held) return (null, null);
                if (answer.CancelledBy is { } by) return (DiscoveryState.Cancelled, $"{by} stopped it after {DiscoveryWords.Progress(position, addresses.Count)}.");
                if (answer.Policy is not { } now) return (DiscoveryState.Failed, $"The tenant was suspended after {DiscoveryWords.Progress(position, addresses.Count)}.");
                if (!now.Allowed.SequenceEqual(policy.Allowed) && Refusal(addresses, now) is { } refusal) return (DiscoveryState.Failed, $"After {DiscoveryWords.Progress(position, addresses.Count)}: {refusal}");
                policy = now;
                if (!isLast) continue;
                await asked;
                return (DiscoveryState.Completed, null);
            }
        }
        finally
        {
            await stop.CancelAsync();
            // Nothing is asked any more when the scan is said to have ended.
            await asked.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private (int Position, List<DiscoveryFinding> Found) Taken()
    {
        lock (gate)
        {
            List<DiscoveryFinding> told = [.. found];
            found.Clear();
            return (asking.Count > 0 ? asking.Min : next, told);
        }
    }
}
