using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Benchmarks.Jobs;

/// <summary>From the moment that a state is written to the moment that a subscriber of another page holds the new row, on an idle system.</summary>
internal sealed class LiveScenario : IScenario
{
    private const int Jobs = 300;

    public string Name => "live";

    public string Description => "a job's change from the database to a subscriber of the live feed";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var node = await EngineNode.StartAsync(server, 10);
        while (node.Feed.State != LiveFeedState.Live) await Task.Delay(20, cancellationToken);
        await using var subscription = node.Feed.SubscribeJobs(node.Caller);
        var latencies = new List<double>();
        var enough = new TaskCompletionSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var batch in subscription.ReadAllAsync(CancellationToken.None))
            {
                foreach (var job in batch.Changes)
                    if (job.FinishedAt is { } finished) latencies.Add((DateTimeOffset.UtcNow - finished).TotalMilliseconds);
                if (latencies.Count >= Jobs) enough.TrySetResult();
            }
        }, CancellationToken.None);
        for (var i = 0; i < Jobs; i++)
        {
            await node.Service.EnqueueAsync(node.Caller, new JobRequest(node.Devices[i % 10], NoOpProtocol.Id, "nothing", new JsonObject()), cancellationToken);
            await Task.Delay(10, cancellationToken);
        }
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        await subscription.DisposeAsync();
        await reading;
        latencies.Sort();
        report.Absolute(Name, "change to subscriber, median", "ms", Better.Lower, latencies[latencies.Count / 2], null);
        report.Absolute(Name, "change to subscriber, p95", "ms", Better.Lower, latencies[(int)(latencies.Count * 0.95)], 200);
    }
}
