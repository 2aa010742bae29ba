using System.Diagnostics;
using System.Globalization;
using DeviceConsole.Benchmarks.Devices;
using DeviceConsole.Simulator.Cwmp.Storm;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>
/// Many more Informs than there can be answered. First 10,000 devices that start within 10 s, as after a power cut in a town; then a large fleet that this node knows nothing of, as after its own
/// restart: three times as many calls a second as it can serve of just that kind, from one process of the simulator (100,000 virtual CPEs; <c>--devices</c> changes it), until the last one is served.
/// </summary>
internal sealed class StormScenario : IScenario, ISizedScenario
{
    private const int Town = 10_000;
    private const int Sample = 6_000;
    private const int Callers = 64;

    public string Name => "storm";

    public string Description => "TR-069 Informs at several times the capacity: 10,000 in 10 s, then 100,000 virtual CPEs; answered or refused with Retry-After, until the last one is served";

    public int Devices { get; set; } = 100_000;

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var node = await AcsNode.StartAsync();
        using var api = await node.ApiAsync();
        await using var tasks = await ApiTasks.StartAsync(node, api, "STORM1", cancellationToken);
        await tasks.ReadAsync(20, cancellationToken);
        var boot = new StormOptions { Acs = node.Acs, Devices = Town, Over = TimeSpan.FromSeconds(10), Sockets = 2_000, Event = "1 BOOT", Retries = 1_000 };
        await TownAsync(new World(node, api, tasks, report), boot, cancellationToken);
        await FleetAsync(new World(node, api, tasks, report), boot with { Devices = Devices, Event = "2 PERIODIC", Serial = "FLEET" }, cancellationToken);
    }

    private async Task TownAsync(World world, StormOptions storm, CancellationToken cancellationToken)
    {
        await world.Node.CreateAsync(storm);
        // They were here before: the second time is what a start costs.
        await CapacityAsync(storm, cancellationToken);
        var capacity = await CapacityAsync(storm, cancellationToken);
        world.Report.Note(string.Create(CultureInfo.InvariantCulture, $"  starts: {capacity:0} sessions/s with {Callers} at a time; offered are {storm.Devices / storm.Over.TotalSeconds:0}/s"));
        var calm = await CalmAsync(storm, cancellationToken);
        world.Report.Absolute(Name, "calm (50/s), sessions, p50", "ms", Better.Lower, calm.Sessions.P50, null);
        world.Report.Absolute(Name, "calm (50/s), sessions, p99", "ms", Better.Lower, calm.Sessions.P99, null);
        await CalmTasksAsync(world, cancellationToken);

        await MeasureAsync(world, "starts: ", storm, storm.Devices / storm.Over.TotalSeconds, () => StormDriver.RunAsync(storm, cancellationToken), cancellationToken);
        var again = await CalmAsync(storm, cancellationToken);
        world.Report.Absolute(Name, "calm again (50/s), sessions, p99", "ms", Better.Lower, again.Sessions.P99, null);
    }

    private async Task FleetAsync(World world, StormOptions storm, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        await world.Node.CreateAsync(storm);
        var sample = storm with { Devices = Sample, Serial = "SAMPLE" };
        await world.Node.CreateAsync(sample);
        world.Report.Note(string.Create(CultureInfo.InvariantCulture, $"  periodic: {storm.Devices + Sample:N0} devices made in {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s"));
        // The same kind of session: the first call of a device of which this node knows nothing.
        var capacity = await CapacityAsync(sample, cancellationToken);
        var seconds = Math.Max(1, (int)Math.Round(storm.Devices / (3 * capacity)));
        world.Report.Note(string.Create(CultureInfo.InvariantCulture, $"  periodic: {capacity:0} sessions/s with {Callers} at a time; offered is three times that, for {seconds} s"));
        var run = await MeasureAsync(world, "periodic: ", storm, (double)storm.Devices / seconds, () => SimulatedFleet.StormAsync(
            ["--acs", storm.Acs.ToString(), "--devices", SimulatedFleet.Text(storm.Devices), "--over", SimulatedFleet.Text(seconds), "--sockets", SimulatedFleet.Text(storm.Sockets),
            "--retries", SimulatedFleet.Text(storm.Retries), "--serial", storm.Serial, "--event", storm.Event], cancellationToken), cancellationToken);
        world.Report.Absolute(Name, "periodic: recovery if nothing but the capacity held it up", "s", Better.Lower, (storm.Devices / capacity) - seconds, null);
        world.Report.Absolute(Name, "periodic: simulator's memory a CPE", "bytes", Better.Lower, run.MemoryOfOne, 200);
    }

    // The storm, and beside it what an operator does: a list five times a second, and jobs with a connection request.
    private async Task<StormReport> MeasureAsync(World world, string name, StormOptions storm, double rate, Func<Task<StormReport>> start, CancellationToken cancellationToken)
    {
        var (pages, memory) = (new Percentiles(), world.Node.Memory());
        var most = memory;
        var before = world.Node.Cpu.Read();
        var run = start();
        var reading = world.Tasks.ReadUntilAsync(run, cancellationToken);
        while (!run.IsCompleted)
        {
            most = Math.Max(most, world.Node.Memory());
            await pages.AddAsync(async () =>
            {
                using var answer = await world.Api.GetAsync(new Uri("/api/v1/devices?limit=50", UriKind.Relative));
                answer.EnsureSuccessStatusCode();
            });
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken));
        }
        var (told, tasks, after) = (await run, await reading, world.Node.Cpu.Read());
        Tell(world.Report, name, told, pages, rate);
        world.Report.Absolute(Name, name + "CPU a served session, its refusals included, application", "ms", Better.Lower, (after.Application - before.Application) * 1000 / told.Done, null);
        world.Report.Absolute(Name, name + "CPU a served session, its refusals included, database", "ms", Better.Lower, (after.Database - before.Database) * 1000 / told.Done, null);
        world.Report.Absolute(Name, name + "a job with a connection request meanwhile, p50", "ms", Better.Lower, tasks.P50, null);
        world.Report.Absolute(Name, name + "a job with a connection request meanwhile, p95", "ms", Better.Lower, tasks.P95, null);
        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
        world.Report.Note(string.Create(CultureInfo.InvariantCulture, $"  {name}memory of the application: {memory:0} MB before, at most {most:0} MB, {world.Node.Memory():0} MB 5 s after it, for {storm.Devices:N0} devices"));
        return told;
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
        report.Absolute(Name, storm + "admitted, from the intended start of the call, p50", "ms", Better.Lower, run.Calls.P50, null);
        report.Absolute(Name, storm + "admitted, from the intended start of the call, p99", "ms", Better.Lower, run.Calls.P99, null);
        report.Absolute(Name, storm + "refusals, p99", "ms", Better.Lower, run.Refusals.P99, null);
        report.Absolute(Name, storm + "served after its first intended start, p50", "ms", Better.Lower, run.Served.P50, null);
        report.Absolute(Name, storm + "served after its first intended start, p99", "ms", Better.Lower, run.Served.P99, null);
        report.Absolute(Name, storm + "recovery after the last arrival", "s", Better.Lower, run.Recovery, null);
        report.Absolute(Name, storm + "sessions over the whole of it", "/s", Better.Higher, run.Done / run.Duration, null);
        report.Absolute(Name, storm + "a list of the API meanwhile, p95", "ms", Better.Lower, pages.P95, null);
    }

    private async Task CalmTasksAsync(World world, CancellationToken cancellationToken)
    {
        var tasks = await world.Tasks.ReadAsync(50, cancellationToken);
        world.Report.Absolute(Name, "calm, a job with a connection request, p50", "ms", Better.Lower, tasks.P50, null);
        world.Report.Absolute(Name, "calm, a job with a connection request, p95", "ms", Better.Lower, tasks.P95, null);
    }

    // A closed loop: as many as it takes.
    private static async Task<double> CapacityAsync(StormOptions storm, CancellationToken cancellationToken)
    {
        var run = await StormDriver.RunAsync(storm with { Over = TimeSpan.Zero, Sockets = Callers }, cancellationToken);
        return run.Done / run.Duration;
    }

    private static Task<StormReport> CalmAsync(StormOptions storm, CancellationToken cancellationToken) =>
        StormDriver.RunAsync(storm with { Devices = 500, Over = TimeSpan.FromSeconds(10) }, cancellationToken);

    private sealed record World(AcsNode Node, HttpClient Api, ApiTasks Tasks, BenchReport Report);
}
