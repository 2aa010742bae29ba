using System.Globalization;
using DeviceConsole.Benchmarks.Devices;
using DeviceConsole.Simulator.Cwmp.Storm;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>
/// Many more Informs than there can be answered. First 10,000 known devices that start within 10 s, as after a power cut in a town; then a large fleet's periodic Informs,
/// three times as many a second as there can be sessions, from one process of the simulator (100,000 virtual CPEs; <c>--devices</c> changes it).
/// </summary>
internal sealed class StormScenario : IScenario, ISizedScenario
{
    private const int Town = 10_000;
    private const int Sample = 2_000;

    public string Name => "storm";

    public string Description => "TR-069 Informs at several times the capacity: 10,000 in 10 s, then 100,000 virtual CPEs; answered or refused with Retry-After, until the last one is served";

    public int Devices { get; set; } = 100_000;

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var node = await AcsNode.StartAsync();
        using var api = await node.ApiAsync();
        var boot = new StormOptions { Acs = node.Acs, Devices = Town, Over = TimeSpan.FromSeconds(10), Sockets = 2_000, Event = "1 BOOT", Retries = 1_000 };
        await node.CreateAsync(boot);
        await TownAsync(node, boot, report, api, cancellationToken);
        var fleet = boot with { Devices = Devices, Event = "2 PERIODIC", Serial = "FLEET" };
        await node.CreateAsync(fleet);
        await FleetAsync(node, fleet, report, api, cancellationToken);
    }

    private async Task TownAsync(AcsNode node, StormOptions storm, BenchReport report, HttpClient api, CancellationToken cancellationToken)
    {
        var capacity = await CapacityAsync(storm, cancellationToken);
        report.Note(string.Create(CultureInfo.InvariantCulture, $"  starts: {capacity:0} sessions/s with 16 at a time; offered are {storm.Devices / storm.Over.TotalSeconds:0}/s"));
        var calm = await CalmAsync(storm, cancellationToken);
        report.Absolute(Name, "calm (50/s), sessions, p50", "ms", Better.Lower, calm.Sessions.P50, null);
        report.Absolute(Name, "calm (50/s), sessions, p99", "ms", Better.Lower, calm.Sessions.P99, null);

        var before = node.Cpu.Read();
        var (run, pages) = await WithPagesAsync(api, () => StormDriver.RunAsync(storm, cancellationToken));
        var after = node.Cpu.Read();

        Tell(report, "starts: ", run, pages, storm.Devices / storm.Over.TotalSeconds);
        report.Absolute(Name, "starts: CPU a served session, both", "ms", Better.Lower, (after.Application + after.Database - before.Application - before.Database) * 1000 / run.Done, null);
        var again = await CalmAsync(storm, cancellationToken);
        report.Absolute(Name, "calm again (50/s), sessions, p99", "ms", Better.Lower, again.Sessions.P99, null);
    }

    private async Task FleetAsync(AcsNode node, StormOptions storm, BenchReport report, HttpClient api, CancellationToken cancellationToken)
    {
        var capacity = await CapacityAsync(storm, cancellationToken);
        var seconds = Math.Max(1, (int)(storm.Devices / (3 * capacity)));
        report.Note(string.Create(CultureInfo.InvariantCulture, $"  periodic: {capacity:0} sessions/s with 16 at a time; offered is three times that, for {seconds} s"));
        var (run, pages) = await WithPagesAsync(api, () => SimulatedFleet.StormAsync(
            ["--acs", storm.Acs.ToString(), "--devices", SimulatedFleet.Text(storm.Devices), "--over", SimulatedFleet.Text(seconds), "--sockets", SimulatedFleet.Text(storm.Sockets),
            "--retries", SimulatedFleet.Text(storm.Retries), "--serial", storm.Serial, "--event", storm.Event], cancellationToken));
        Tell(report, "periodic: ", run, pages, (double)storm.Devices / seconds);
        report.Absolute(Name, "periodic: simulator's memory a CPE", "bytes", Better.Lower, run.MemoryOfOne, 200);
    }

    private void Tell(BenchReport report, string storm, StormReport run, Percentiles pages, double rate)
    {
        foreach (var line in run.ToString().Split('\n')) report.Note("  " + line.TrimEnd());
        report.Absolute(Name, storm + "offered", "/s", Better.Higher, rate, null);
        report.Absolute(Name, storm + "devices served", "", Better.Higher, run.Done, run.Devices);
        report.Absolute(Name, storm + "refused with 503 and Retry-After", "", Better.Lower, run.Refused, null);
        report.Absolute(Name, storm + "other answers and errors", "", Better.Lower, run.Errors, 0);
        report.Absolute(Name, storm + "admitted sessions, p50", "ms", Better.Lower, run.Sessions.P50, null);
        report.Absolute(Name, storm + "admitted sessions, p95", "ms", Better.Lower, run.Sessions.P95, null);
        report.Absolute(Name, storm + "admitted sessions, p99", "ms", Better.Lower, run.Sessions.P99, 1_000);
        report.Absolute(Name, storm + "refusals, p99", "ms", Better.Lower, run.Refusals.P99, null);
        report.Absolute(Name, storm + "served after its intended start, p50", "ms", Better.Lower, run.Served.P50, null);
        report.Absolute(Name, storm + "served after its intended start, p95", "ms", Better.Lower, run.Served.P95, null);
        report.Absolute(Name, storm + "served after its intended start, p99", "ms", Better.Lower, run.Served.P99, null);
        report.Absolute(Name, storm + "recovery after the last arrival", "s", Better.Lower, run.Recovery, null);
        report.Absolute(Name, storm + "sessions over the whole of it", "/s", Better.Higher, run.Done / run.Duration, null);
        report.Absolute(Name, storm + "a list of the API meanwhile, p95", "ms", Better.Lower, pages.P95, null);
    }

    // A closed loop, warm: as many as it takes. The first rounds are the warm-up, with devices that are known to it: a storm hits a server that runs.
    private static async Task<double> CapacityAsync(StormOptions storm, CancellationToken cancellationToken)
    {
        var sample = storm with { Devices = Math.Min(storm.Devices, Sample), Over = TimeSpan.Zero, Sockets = 16 };
        for (var i = 0; i < 3; i++) await StormDriver.RunAsync(sample, cancellationToken);
        var run = await StormDriver.RunAsync(sample, cancellationToken);
        return run.Done / run.Duration;
    }

    private static Task<StormReport> CalmAsync(StormOptions storm, CancellationToken cancellationToken) =>
        StormDriver.RunAsync(storm with { Devices = 500, Over = TimeSpan.FromSeconds(10) }, cancellationToken);

    // What an operator's page asks for, all the while, five times a second.
    private static async Task<(StormReport Run, Percentiles Pages)> WithPagesAsync(HttpClient api, Func<Task<StormReport>> storm)
    {
        var pages = new Percentiles();
        var run = storm();
        while (!run.IsCompleted)
        {
            await pages.AddAsync(async () =>
            {
                using var answer = await api.GetAsync(new Uri("/api/v1/devices?limit=50", UriKind.Relative));
                answer.EnsureSuccessStatusCode();
            });
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(200)));
        }
        return (await run, pages);
    }
}
