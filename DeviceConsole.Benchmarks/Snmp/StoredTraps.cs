using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Benchmarks.Sessions;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>
/// Traps of a hundred devices of one tenant, from the wire to committed rows of the event log and alarms, in the real application with a database that syncs to disk.
/// </summary>
internal sealed class StoredTraps(string scenario, TrapSender sender, string community, int rate, double seconds)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        var port = FreePort.Udp();
        await using var node = await AcsNode.StartAsync(("Snmp__Traps__Port", $"{port}"), ("Snmp__Traps__Address", "127.0.0.1"), ("Snmp__Traps__PerSource", "1000"));
        using var api = await node.ApiAsync();
        await DevicesAsync(api, cancellationToken);
        var receiver = new IPEndPoint(IPAddress.Loopback, port);
        await WarmAsync(node, receiver, cancellationToken);

        var before = await CountAsync(node);
        var cpu = node.Cpu.Read();
        var clock = Stopwatch.StartNew();
        var (sent, elapsed) = await Task.Run(() => sender.Send(receiver, rate, seconds), cancellationToken);
        var (stored, at) = await UntilStoredAsync(node, before + sent, clock, cancellationToken);
        stored -= before;
        var (application, database) = node.Cpu.Read();
        var alarms = await node.Database.ScalarAsync<long>("SELECT coalesce(sum(count), 0) FROM alarms WHERE state = 'raised'");
        report.Note(string.Create(CultureInfo.InvariantCulture,
            $"  {sent:N0} sent in {elapsed.TotalSeconds:0.00} s to the application: {stored:N0} stored, the last {at.TotalSeconds:0.00} s after the first was sent; alarms count {alarms:N0}, warming included"));
        report.Absolute(scenario, "not stored at 10,000/s", "traps", Better.Lower, sent - stored, 0);
        report.Absolute(scenario, "all stored after", "s", Better.Lower, at.TotalSeconds, null);
        report.Absolute(scenario, "CPU a stored trap, application", "µs", Better.Lower, (application - cpu.Application) * 1e6 / sent, null);
        report.Absolute(scenario, "CPU a stored trap, database", "µs", Better.Lower, (database - cpu.Database) * 1e6 / sent, null);
    }

    private static Task<long> CountAsync(AcsNode node) => node.Database.ScalarAsync<long>("SELECT count(*) FROM device_events");

    private async Task DevicesAsync(HttpClient api, CancellationToken cancellationToken)
    {
        for (var i = 0; i < TrapSender.Sources; i++)
        {
            var body = new JsonObject
            {
                ["name"] = $"trap source {i}",
                ["endpoints"] = new JsonArray(new JsonObject
                {
                    ["protocol"] = "snmp",
                    ["settings"] = new JsonObject { ["host"] = $"{TrapSender.AddressOf(i)}" },
                    ["secrets"] = new JsonObject { ["readCommunity"] = community },
                }),
            };
            using var made = await api.PostAsJsonAsync("/api/v1/devices", body, cancellationToken);
            if (!made.IsSuccessStatusCode) throw new InvalidOperationException(await made.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    // Each source is looked up once, and the code is compiled: that is not what is measured.
    private async Task WarmAsync(AcsNode node, IPEndPoint receiver, CancellationToken cancellationToken)
    {
        var before = await CountAsync(node);
        for (var i = 0; i < 3; i++)
        {
            var (sent, _) = sender.Send(receiver, 1_000, 2);
            var (stored, _) = await UntilStoredAsync(node, before + sent, Stopwatch.StartNew(), cancellationToken);
            before = stored;
        }
    }

    // The count, once it is reached or does not grow any more, and when it was first seen.
    private static async Task<(long Count, TimeSpan At)> UntilStoredAsync(AcsNode node, long wanted, Stopwatch clock, CancellationToken cancellationToken)
    {
        var (count, at) = (await CountAsync(node), clock.Elapsed);
        while (count < wanted && clock.Elapsed - at < TimeSpan.FromSeconds(5) && clock.Elapsed < Patience)
        {
            await Task.Delay(50, cancellationToken);
            var now = await CountAsync(node);
            if (now != count) (count, at) = (now, clock.Elapsed);
        }

        return (count, at);
    }
}
