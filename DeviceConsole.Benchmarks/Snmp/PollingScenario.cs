using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Benchmarks.Sessions;
using DeviceConsole.Core.Polling;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>
/// Ten thousand agents, and five hundred that never answer, each at an address of its own, are read by the real application as a polling profile says: interfaces with their counters,
/// errors and discontinuities, as rates into PostgreSQL. A round is one interval; memory is what it is after each of them.
/// </summary>
internal sealed class PollingScenario : IScenario
{
    private const int Devices = 10_000;

    // Beside them, and never heard of.
    private const int Silent = 500;
    private const int Rounds = 6;
    private const double Growth = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    public string Name => "polling";

    public string Description => "10,000 SNMP agents, and 500 that are silent, polled by one process every 30 s: slots kept, CPU a poll, memory of each round";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var node = await AcsNode.StartAsync();
        var port = FreePort.Udp();
        await using var fleet = SimulatedFleet.Start(
        [
            "snmp", "--count", SimulatedFleet.Text(Devices + Silent), "--addresses", SimulatedFleet.Text(Devices + Silent), "--bind", "127.64.0.1", "--port", SimulatedFleet.Text(port),
            .. Enumerable.Range(0, Silent).SelectMany(i => new[] { "--fault", $"{SimulatedFleet.Text(i * ((Devices + Silent) / Silent))}=silent" }),
        ]);
        using var api = await node.ApiAsync();
        await PrepareAsync(node, api, port, cancellationToken);
        var poll = new PollingWatch(node);
        await poll.UntilBusyAsync(Devices, cancellationToken);

        // The first round is the last one of getting warm: what is compared begins with the second.
        var rounds = new List<PollingRound>();
        for (var i = 0; i < Rounds; i++)
        {
            rounds.Add(await poll.RoundAsync(Interval, cancellationToken));
            var round = rounds[^1];
            report.Note(string.Create(CultureInfo.InvariantCulture, $"  round {i + 1}: working set {round.WorkingSet:0.0} MiB, GC heap {round.Heap:0.0} MiB, latest poll {round.Late:0.0} s after its time"));
        }
        await Task.Delay(Settled, cancellationToken);
        for (var i = 0; i < Rounds; i++) rounds[i] = await poll.CountAsync(rounds[i]);
        report.Note($"  polls of each round: {string.Join(", ", rounds.Select(r => r.Polls.ToString("N0", CultureInfo.InvariantCulture)))}");
        Report(report, rounds[1..], await poll.MissedAsync(rounds[1].From, rounds[^1].Until, Interval), await poll.FailedAsync());
    }

    private void Report(BenchReport report, List<PollingRound> rounds, long missed, long failed)
    {
        var polls = rounds.Sum(r => r.Polls);
        report.Absolute(Name, "polls", "/s", Better.Higher, polls / rounds.Sum(r => r.Seconds), null);
        report.Absolute(Name, "values", "/s", Better.Higher, rounds.Sum(r => r.Values) / rounds.Sum(r => r.Seconds), null);
        report.Absolute(Name, "slots missed", "%", Better.Lower, 100.0 * missed / (polls + missed), 0.5);
        report.Absolute(Name, "latest poll after its time", "s", Better.Lower, rounds.Max(r => r.Late), null);
        report.Absolute(Name, "polls that failed at sound devices", "", Better.Lower, failed - Silent, 0);
        report.Absolute(Name, "CPU a poll, application", "ms", Better.Lower, rounds.Sum(r => r.Cpu.Application) * 1000 / polls, null);
        report.Absolute(Name, "CPU a poll, database", "ms", Better.Lower, rounds.Sum(r => r.Cpu.Database) * 1000 / polls, null);
        report.Absolute(Name, "working set", "MiB", Better.Lower, rounds[^1].WorkingSet, null);
        report.Absolute(Name, "working set, second to last round", "%", Better.Lower, (rounds[^1].WorkingSet / rounds[0].WorkingSet - 1) * 100, Growth);
        report.Absolute(Name, "GC heap", "MiB", Better.Lower, rounds[^1].Heap, null);
        report.Absolute(Name, "GC heap, second to last round", "%", Better.Lower, (rounds[^1].Heap / rounds[0].Heap - 1) * 100, Growth);
    }

    private static async Task PrepareAsync(AcsNode node, HttpClient api, int port, CancellationToken cancellationToken)
    {
        var template = await MakeAsync(api, "credential-templates", new JsonObject
        {
            ["name"] = "fleet", ["protocol"] = "snmp", ["settings"] = new JsonObject { ["version"] = "v2c" }, ["secrets"] = new JsonObject { ["readCommunity"] = "public" },
        }, cancellationToken);
        var ids = Enumerable.Range(0, Devices + Silent).Select(_ => Guid.CreateVersion7()).ToArray();
        await node.Database.ExecuteAsync("INSERT INTO devices (tenant_id, id, name) SELECT $1, id, 'agent ' || n FROM unnest($2::uuid[]) WITH ORDINALITY x(id, n)", node.Tenant, ids);
        await node.Database.ExecuteAsync(
            "INSERT INTO device_endpoints (tenant_id, device_id, protocol, settings, template_id) SELECT $1, id, 'snmp', jsonb_build_object('host', host('127.64.0.1'::inet + (n - 1)), 'port', $3::integer), $4 FROM unnest($2::uuid[]) WITH ORDINALITY x(id, n)",
            node.Tenant, ids, port, Guid.Parse(template["id"]!.GetValue<string>()));
        await node.Database.ExecuteAsync("ANALYZE");
        var profile = PollTemplates.All["interfaces"];
        await MakeAsync(api, "poll-profiles", new JsonObject
        {
            ["name"] = profile.Name, ["intervalSeconds"] = Interval.TotalSeconds, ["allDevices"] = true,
            ["objects"] = new JsonArray([.. profile.Objects.Select(o => new JsonObject { ["oid"] = o.Oid, ["name"] = o.Name, ["unit"] = o.Unit, ["scale"] = o.Scale, ["label"] = o.Label, ["discontinuity"] = o.Discontinuity })]),
        }, cancellationToken);
    }

    private static async Task<JsonObject> MakeAsync(HttpClient api, string what, JsonObject body, CancellationToken cancellationToken)
    {
        using var made = await api.PostAsJsonAsync($"/api/v1/{what}", body, cancellationToken);
        var text = await made.Content.ReadAsStringAsync(cancellationToken);
        return made.IsSuccessStatusCode ? JsonNode.Parse(text)!.AsObject() : throw new InvalidOperationException(text);
    }
}
