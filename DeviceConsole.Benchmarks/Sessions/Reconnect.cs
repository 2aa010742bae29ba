using System.Diagnostics;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>The whole product with PostgreSQL: all USP agents of a node come back after it was restarted.</summary>
internal sealed class Reconnect(BenchReport report)
{
    private const int Agents = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private const string Connected = "SELECT count(*) FROM connections WHERE lease_until > now()";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartAsync("max_wal_size=2GB", "jit=off", "random_page_cost=1.1");
        await using var database = await server.CreateDatabaseAsync();
        var tenant = await database.CreateTenantAsync("bench");
        await database.ExecuteAsync(
            """
            WITH made AS (INSERT INTO devices (tenant_id, id, name) SELECT $1, gen_random_uuid(), 'agent ' || n FROM generate_series(1, $2) n RETURNING id, name)
            INSERT INTO device_endpoints (tenant_id, device_id, protocol, identity, settings)
            SELECT $1, id, 'usp', 'os::00D09E-USP-' || lpad(substr(name, 7), greatest(4, length(name) - 6), '0'), '{"trust": "endpoint-id"}' FROM made
            """, tenant, Agents);
        await database.ExecuteAsync("ANALYZE");
        var (ui, ops, devices) = (Address(), Address(), Address());
        (string, string)[] settings = [("DEVICECONSOLE_UI_URL", ui), ("DEVICECONSOLE_OPS_URL", ops), ("DEVICECONSOLE_DEVICE_URL", devices), ("DEVICECONSOLE_MASTER_KEY", DeviceConsole.Core.Secrets.MasterKey.Generate())];
        await using var fleet = SimulatedFleet.Start("usp", "--url", devices.Replace("http", "ws", StringComparison.Ordinal) + "usp/bench", "--count", SimulatedFleet.Text(Agents), "--controller", "proto::deviceconsole.bench");
        await using (var first = await RunningApp.StartAsync(database, settings))
        {
            var (all, came, _) = await UntilAllAsync(database, first, cancellationToken);
            report.Note($"  the first time, {all:0.0} s, {came:N0} agents");
            if (came < Agents) Tell(first);
            await first.StopAsync();
        }
        await using var second = await RunningApp.StartAsync(database, settings);
        var (seconds, back, cpu) = await UntilAllAsync(database, second, cancellationToken);
        // Those that are missing after the whole patience make it a figure that misses its target, not the end of the run.
        report.Absolute("usp", $"{Agents:N0} agents back after a restart", "s", Better.Lower, seconds, 30);
        report.Absolute("usp", "agents back", "agents", Better.Higher, back, Agents);
        report.Absolute("usp", "CPU of the product an agent", "us", Better.Lower, cpu * 1e6 / Math.Max(1, back), null);
        if (back < Agents) Tell(second);
    }

    private void Tell(RunningApp app) => report.Note($"  the end of the product's log:\n{(app.Log is { Length: > 3_000 } log ? log[^3_000..] : app.Log)}");

    // From when the application says that it is ready.
    private static async Task<(double Seconds, long Came, double Cpu)> UntilAllAsync(TestDatabase database, RunningApp app, CancellationToken cancellationToken)
    {
        using var process = Process.GetProcessById(app.ProcessId);
        var (watch, before) = (Stopwatch.StartNew(), process.TotalProcessorTime);
        long came;
        while ((came = await database.ScalarAsync<long>(Connected)) < Agents && watch.Elapsed < Patience && !process.HasExited) await Task.Delay(200, cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;
        process.Refresh();
        return (seconds, came, process.HasExited ? 0 : (process.TotalProcessorTime - before).TotalSeconds);
    }

    private static string Address() => $"http://127.0.0.1:{PostgresServer.FreePort()}/";
}
