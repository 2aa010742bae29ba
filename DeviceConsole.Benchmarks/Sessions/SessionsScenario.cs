using System.Diagnostics;
using System.Text.Json.Nodes;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>What a protocol that keeps its sessions open is measured by: memory of an idle device, round trips of a read, decoding of a large answer.</summary>
internal abstract class SessionsScenario : IScenario
{
    private const int Agents = 1_000;
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(3), Measured = TimeSpan.FromSeconds(6);

    public abstract string Name { get; }

    public abstract string Description { get; }

    protected abstract string Operation { get; }

    protected abstract JsonObject Arguments { get; }

    protected abstract string[] Fleet(Uri address, int count);

    public virtual async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var host = await SessionHost.StartAsync(Operation, Arguments);
        // The listener's own memory, and what the first session loads, is not a session's.
        await using (SimulatedFleet.Start(Fleet(host.Address, 10))) await host.UntilOpenAsync(10, cancellationToken);
        while (host.Gateway.Open > 0) await Task.Delay(50, cancellationToken);
        var before = Settled();

        await using var fleet = SimulatedFleet.Start(Fleet(host.Address, Agents));
        await host.UntilOpenAsync(Agents, cancellationToken);
        // What an agent says and is asked at the beginning is over.
        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
        report.Absolute(Name, "memory of an idle device, GC heap", "KB", Better.Lower, (Settled() - before) / 1024.0 / Agents, 20);

        host.Gateway.Begin();
        await Task.Delay(Warm, cancellationToken);
        using var process = Process.GetCurrentProcess();
        var (count, cpu, watch) = (host.Gateway.Completed, process.TotalProcessorTime, Stopwatch.StartNew());
        await Task.Delay(Measured, cancellationToken);
        var (done, seconds) = (host.Gateway.Completed - count, watch.Elapsed.TotalSeconds);
        process.Refresh();
        report.Absolute(Name, $"Get, {Agents:N0} agents connected", "1/s", Better.Higher, done / seconds, 5_000);
        report.Absolute(Name, "CPU of the product a Get", "us", Better.Lower, (process.TotalProcessorTime - cpu).TotalMicroseconds / done, null);
        if (host.Gateway.Fault is { } fault) report.Note($"  some answers were faults: {fault}");
        host.Gateway.End();
    }

    /// <summary>The fastest of some runs, in milliseconds.</summary>
    protected static double Best(Action work)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 50; i++)
        {
            var watch = Stopwatch.StartNew();
            work();
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
        }
        return best;
    }

    private static long Settled()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
