using System.Diagnostics;
using System.Globalization;
using DeviceConsole.Benchmarks.Devices;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Cwmp.Storm;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>TR-069: bare sessions, the reading of a whole tree, and jobs with a connection request; on the real application and a database that syncs.</summary>
internal sealed class CwmpScenario : IScenario
{
    private const int Devices = 2_000;
    private const int Callers = 64;
    private const int Tasks = 100;
    private const int Refreshes = 5;

    // Until the runtime has compiled what is hot for good: that work is of a process's first minutes, not of a session.
    private const int WarmUps = 10;

    // Measured once on two cores of such a machine: GenieACS 1.2.16 with an in-memory stand-in for its database.
    private const double OtherSessions = 97;
    private const double OtherTask = 524;
    private const double OtherRefresh = 208;

    public string Name => "cwmp";

    public string Description => "TR-069 sessions: CPU each, refresh of a tree, API call to done with a connection request";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var node = await AcsNode.StartAsync();
        report.Note($"  GenieACS 1.2.16 on such a machine: {OtherSessions:0} sessions/s, {OtherRefresh:0} to 584 ms a refresh, {OtherTask:0} to 635 ms a task. Those figures are not of this run.");
        await SessionsAsync(node, report, cancellationToken);
        await StartsAsync(node, report, cancellationToken);
        await JobsAsync(node, report, cancellationToken);
    }

    // The generator of the load is this process; its CPU is not the product's.
    private async Task SessionsAsync(AcsNode node, BenchReport report, CancellationToken cancellationToken)
    {
        var storm = new StormOptions { Acs = node.Acs, Devices = Devices, Over = TimeSpan.Zero, Sockets = 16 };
        await node.CreateAsync(storm);
        for (var i = 0; i < WarmUps; i++) await StormDriver.RunAsync(storm, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        // As of devices that call every few minutes: the last contact is written anew.
        await node.Database.ExecuteAsync("UPDATE device_contacts SET last_contact_at = now() - interval '5 minutes'");
        await node.Database.ExecuteAsync("UPDATE device_endpoints SET last_contact_at = now() - interval '5 minutes'");
        var before = node.Cpu.Read();
        var run = await StormDriver.RunAsync(storm, cancellationToken);
        var after = node.Cpu.Read();
        if (run.Done < Devices) report.Note($"  {run}");
        var (application, database) = ((after.Application - before.Application) * 1000 / run.Done, (after.Database - before.Database) * 1000 / run.Done);
        report.Absolute(Name, "bare sessions", "/s", Better.Higher, run.Done / run.Duration, OtherSessions);
        report.Absolute(Name, "CPU a session, application", "ms", Better.Lower, application, null);
        report.Absolute(Name, "CPU a session, database", "ms", Better.Lower, database, null);
        report.Absolute(Name, "CPU a session, both", "ms", Better.Lower, application + database, 0.4);
    }

    // What devices do after a power cut, or after the node's own restart: nothing of them is in its memory. A storm hits a server that runs, so that the first ones warm it up.
    private async Task StartsAsync(AcsNode node, BenchReport report, CancellationToken cancellationToken)
    {
        var storm = new StormOptions { Acs = node.Acs, Devices = Devices, Over = TimeSpan.Zero, Sockets = Callers };
        await node.CreateAsync(storm with { Devices = 2 * Devices, Serial = "WARM" });
        await StormDriver.RunAsync(storm with { Devices = 2 * Devices, Serial = "WARM", Event = "1 BOOT" }, cancellationToken);
        await StormDriver.RunAsync(storm with { Devices = 2 * Devices, Serial = "WARM", Event = "1 BOOT" }, cancellationToken);
        foreach (var (name, code) in new[] { ("boot", "1 BOOT"), ("bootstrap", "0 BOOTSTRAP"), ("news", "4 VALUE CHANGE"), ("periodic", "2 PERIODIC") })
        {
            var fleet = storm with { Serial = name.ToUpperInvariant(), Event = code };
            await node.CreateAsync(fleet);
            await MeasureAsync(node, report, $"{code}, for the first time ever", fleet, cancellationToken);
            if (code[0] is '1' or '4') await MeasureAsync(node, report, $"{code}, of a device that was here before", fleet, cancellationToken);
        }
    }

    private async Task MeasureAsync(AcsNode node, BenchReport report, string name, StormOptions storm, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        var before = node.Cpu.Read();
        var run = await StormDriver.RunAsync(storm, cancellationToken);
        var after = node.Cpu.Read();
        var (application, database) = ((after.Application - before.Application) * 1000 / run.Done, (after.Database - before.Database) * 1000 / run.Done);
        report.Note(string.Create(CultureInfo.InvariantCulture, $"  {name}: {run.Done / run.Duration:0} sessions/s with {Callers} at a time; p50 {run.Sessions.P50:0} ms, p99 {run.Sessions.P99:0} ms; {run.Errors} errors"));
        report.Absolute(Name, name + ": CPU a session, application", "ms", Better.Lower, application, null);
        report.Absolute(Name, name + ": CPU a session, database", "ms", Better.Lower, database, null);
    }

    private async Task JobsAsync(AcsNode node, BenchReport report, CancellationToken cancellationToken)
    {
        using var api = await node.ApiAsync();
        await using var gateway = await ApiTasks.StartAsync(node, api, "BENCH1", cancellationToken);
        var cpe = gateway.Cpe;

        await gateway.ReadAsync(10, cancellationToken);
        var tasks = await gateway.ReadAsync(Tasks, cancellationToken);
        report.Absolute(Name, "API call to done, p50", "ms", Better.Lower, tasks.P50, 50);
        report.Absolute(Name, "API call to done, p95", "ms", Better.Lower, tasks.P95, null);

        await gateway.RunAsync("refresh", [], cancellationToken);
        var (waits, values, rpcs) = (new List<double>(), 0, 0);
        var before = node.Cpu.Read();
        for (var i = 0; i < Refreshes; i++)
        {
            await SettledAsync(cpe, cancellationToken);
            var (waited, requests) = (cpe.Waited, cpe.Requests.Count);
            var job = await gateway.RunAsync("refresh", [], cancellationToken);
            values = await node.Database.ScalarAsync<int>($"SELECT value_count FROM job_results WHERE job_id = '{job}'");
            await SettledAsync(cpe, cancellationToken);
            waits.Add((cpe.Waited - waited).TotalMilliseconds);
            rpcs = cpe.Requests.Count - requests;
        }
        var after = node.Cpu.Read();
        waits.Sort();
        var median = waits[Refreshes / 2];
        report.Note(string.Create(CultureInfo.InvariantCulture, $"  a refresh: {values:N0} values, {rpcs} RPCs; the ACS's share is what the device waited for it, Inform and end of the session included"));
        report.Absolute(Name, "refresh, ACS share", "ms", Better.Lower, median, null);
        report.Absolute(Name, "refresh, CPU of the application, its pauses included", "ms", Better.Lower, (after.Application - before.Application) * 1000 / Refreshes, null);
        report.Absolute(Name, "refresh, CPU of the database, its pauses included", "ms", Better.Lower, (after.Database - before.Database) * 1000 / Refreshes, null);
        report.Absolute(Name, "refresh, ACS share per 800 values", "ms", Better.Lower, median * 800 / Math.Max(1, values), 60);
    }

    private static async Task SettledAsync(SimulatedCpe cpe, CancellationToken cancellationToken)
    {
        var (sessions, since) = (cpe.Sessions, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromMilliseconds(500))
        {
            await Task.Delay(20, cancellationToken);
            if (cpe.Sessions != sessions) (sessions, since) = (cpe.Sessions, Stopwatch.GetTimestamp());
        }
    }
}
