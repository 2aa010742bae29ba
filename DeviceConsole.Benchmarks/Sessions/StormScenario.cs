using DeviceConsole.Simulator.Cwmp.Storm;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>Many more Informs than there can be answered: 10,000 known devices in 10 s, after a power cut in a town.</summary>
internal sealed class StormScenario : IScenario
{
    private const int Devices = 10_000;
    private const int RetryAfter = 5;

    public string Name => "storm";

    public string Description => "10,000 TR-069 Informs in 10 s, answered or refused with Retry-After, until the last one is served";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var node = await AcsNode.StartAsync(("Cwmp__RetryAfter", RetryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var storm = new StormOptions { Acs = node.Acs, Devices = Devices, Over = TimeSpan.FromSeconds(10), Sockets = 2_000, Event = "1 BOOT", Retries = 100 };
        await node.CreateAsync(storm);
        // Warm, with devices that are known to it: a storm hits a server that runs.
        await StormDriver.RunAsync(storm with { Devices = 500, Over = TimeSpan.FromSeconds(5) }, cancellationToken);
        var calm = await StormDriver.RunAsync(storm with { Devices = 500, Over = TimeSpan.FromSeconds(10) }, cancellationToken);
        report.Absolute(Name, "calm (50/s), p99 of sessions", "ms", Better.Lower, StormReport.At(calm.Latencies, 0.99), null);

        var run = await StormDriver.RunAsync(storm, cancellationToken);

        foreach (var line in run.ToString().Split('\n')) report.Note("  " + line.TrimEnd());
        report.Absolute(Name, "sessions served", "", Better.Higher, run.Done, Devices);
        report.Absolute(Name, "answers that are neither", "", Better.Lower, run.Errors, 0);
        report.Absolute(Name, "refusals with Retry-After", "", Better.Lower, run.Refused, null);
        report.Absolute(Name, "sessions, p50 from intended start", "ms", Better.Lower, StormReport.At(run.Latencies, 0.5), null);
        report.Absolute(Name, "sessions, p99 from intended start", "ms", Better.Lower, StormReport.At(run.Latencies, 0.99), null);
        report.Absolute(Name, "recovery after the last arrival", "s", Better.Lower, run.Recovery.TotalSeconds, null);
        var after = await StormDriver.RunAsync(storm with { Devices = 500, Over = TimeSpan.FromSeconds(10) }, cancellationToken);
        report.Absolute(Name, "calm again (50/s), p99 of sessions", "ms", Better.Lower, StormReport.At(after.Latencies, 0.99), null);
    }
}
