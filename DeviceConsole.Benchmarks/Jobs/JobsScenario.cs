using System.Diagnostics;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Benchmarks.Jobs;

/// <summary>
/// Enqueued to completed through the whole engine: service, row-level security, lanes, transitions, notifications, worker, completion writer.
/// Batches of 100, fsync and synchronous_commit on, one cluster for product and baselines, in turns; medians.
/// The target stands against the cycle under the same conditions, row-level security on: <see cref="PgbenchJobs"/>. The narrow queue shows what a
/// table without tenants, checks and history would allow.
/// </summary>
internal sealed class JobsScenario : IScenario
{
    private const int Batch = 100, Producers = 4, Devices = 2_000, Turns = 3, Jobs = 20_000, WarmUp = 40_000, BaselineSeconds = 4, Clients = 4;
    private const double Target = 0.5;

    public string Name => "jobs";

    public string Description => "jobs enqueued to completed with a no-op handler, against bare pgbench claim-and-complete cycles";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartAsync("max_wal_size=2GB", "jit=off", "random_page_cost=1.1");
        var baseline = new PgbenchQueue(server);
        await baseline.CreateAsync();
        await using var node = await EngineNode.StartAsync(server, Devices);
        // A server that has run for a while: after fewer jobs a third of the process's time is still the compiler's.
        await RunProductAsync(node, WarmUp, cancellationToken);
        // As autovacuum does within its first minute, and as the baseline gets it.
        await node.Database.ExecuteAsync("VACUUM ANALYZE");
        List<double> product = [], bare = [], whole = [], table = [], cluster = [], process = [];
        for (var turn = 0; turn < Turns; turn++)
        {
            var (before, own) = (ProcessorTime.OfCluster(server.DataFolder), ProcessorTime.Own);
            product.Add(await RunProductAsync(node, Jobs, cancellationToken));
            cluster.Add((ProcessorTime.OfCluster(server.DataFolder) - before) * 1e6 / Jobs);
            process.Add((ProcessorTime.Own - own) * 1e6 / Jobs);
            bare.Add(await baseline.RunAsync(Clients, BaselineSeconds, enqueue: false, cancellationToken));
            whole.Add(await baseline.RunAsync(Clients, BaselineSeconds, enqueue: true, cancellationToken));
            table.Add(await new PgbenchJobs(server).RunAsync(cancellationToken));
        }
        report.Compare(Name, "enqueued to completed", "jobs/s", Better.Higher, Median(product), "pgbench claim and complete on the product's table, RLS on", Median(table), Target);
        report.Compare(Name, "enqueued to completed", "jobs/s", Better.Higher, Median(product), "pgbench claim and complete on a narrow queue", Median(bare), null);
        report.Compare(Name, "enqueued to completed", "jobs/s", Better.Higher, Median(product), "pgbench enqueue, claim and complete on a narrow queue", Median(whole), null);
        report.Absolute(Name, "processor time a job, PostgreSQL", "us", Better.Lower, Median(cluster), null);
        report.Absolute(Name, "processor time a job, .NET", "us", Better.Lower, Median(process), null);
    }

    private static async Task<double> RunProductAsync(EngineNode node, int jobs, CancellationToken cancellationToken)
    {
        await node.Database.ExecuteAsync("CHECKPOINT");
        var before = node.Finished;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(p => Task.Run(() => EnqueueAsync(node, p, jobs / Producers, cancellationToken), cancellationToken)));
        while (node.Finished < before + jobs) await Task.Delay(5, cancellationToken);
        return jobs / watch.Elapsed.TotalSeconds;
    }

    private static async Task EnqueueAsync(EngineNode node, int producer, int jobs, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < jobs; sent += Batch)
        {
            var requests = new JobRequest[Batch];
            for (var i = 0; i < Batch; i++)
                requests[i] = new JobRequest(node.Devices[(producer * 1_000 + sent + i) % node.Devices.Length], NoOpProtocol.Id, "nothing", new JsonObject());
            var made = await node.Service.EnqueueManyAsync(node.Caller, requests, cancellationToken);
            if (made.Problem is { } problem) throw new InvalidOperationException(problem.Message);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
