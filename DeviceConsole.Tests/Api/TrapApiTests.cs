using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Api;

/// <summary>From the wire to the device's events, in the real application.</summary>
[Collection(ApiGroup.Name)]
public sealed class TrapApiTests(ApiWorld world)
{
    private const string LinkDown = "1.3.6.1.6.3.1.1.5.3", LinkUp = "1.3.6.1.6.3.1.1.5.4";

    [Fact]
    public async Task A_trap_becomes_a_named_event_of_its_own_tenants_device_and_a_wrong_community_a_refused_call()
    {
        var device = await CreateAsync(world.Api, "trap sender", "trap-of-acme");
        await CreateAsync(world.Stranger, "trap sender", "trap-of-other");

        await SendAsync("trap-of-acme");
        var trap = await FindAsync(world.Api, "/api/v1/traps?search=linkDown", t => t["deviceId"]!.GetValue<string>() == device);
        await SendAsync("trap-of-nobody");
        var call = await FindAsync(world.Api, "/api/v1/call-attempts", c => c["reason"]!.GetValue<string>().StartsWith("The community of a trap", StringComparison.Ordinal));

        trap["oid"]!.GetValue<string>().Should().Be(LinkDown);
        trap["message"]!.GetValue<string>().Should().Be("linkDown: ifIndex 3, ifAdminStatus up(1), ifOperStatus down(2)");
        var detail = JsonNode.Parse(trap["detail"]!.GetValue<string>())!;
        detail["varbinds"]!.AsArray().Select(v => v!["name"]!.GetValue<string>()).Should().Equal("ifIndex.3", "ifAdminStatus.3", "ifOperStatus.3");
        trap.ToJsonString().Should().NotContain("trap-of-acme");
        call["identity"]!.GetValue<string>().Should().Be("127.0.0.1");
        (await ItemsAsync(world.Api, $"/api/v1/devices/{device}/events")).Should().Contain(e => e!["kind"]!.GetValue<string>() == LinkDown);
        (await ItemsAsync(world.Stranger, "/api/v1/traps")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_trap_raises_an_alarm_that_somebody_takes_on_and_the_trap_of_its_end_clears_it()
    {
        var device = await CreateAsync(world.Api, "link watcher", "trap-of-link");
        var alarms = $"/api/v1/alarms?state=all&deviceId={device}";

        var raised = await AlarmAsync(alarms, LinkDown, a => a["raised"]!.GetValue<bool>());
        using var taken = await world.Api.PostAsJsonAsync("/api/v1/alarms/acknowledge", new JsonObject { ["ids"] = new JsonArray(Text(raised, "id")), ["note"] = "on my way" });
        var acknowledged = await AlarmAsync(alarms, null, a => a["acknowledgedAt"] is not null);
        var cleared = await AlarmAsync(alarms, LinkUp, a => !a["raised"]!.GetValue<bool>());

        (Text(raised, "key"), Text(raised, "severity"), raised["acknowledgedAt"]).Should().Be(("link.9", "major", null));
        taken.EnsureSuccessStatusCode();
        (Text(acknowledged, "id"), acknowledged["raised"]!.GetValue<bool>(), Text(acknowledged, "note")).Should().Be((Text(raised, "id"), true, "on my way"));
        (Text(cleared, "id"), cleared["acknowledgedAt"] is not null, cleared["clearedAt"] is not null).Should().Be((Text(raised, "id"), true, true));
        (await ItemsAsync(world.Stranger, $"/api/v1/alarms?state=all&deviceId={device}")).Should().BeEmpty();
    }

    // Sends the trap until it has done what it should: devices of other tests may have made the receiver remember the source for a while.
    private async Task<JsonNode> AlarmAsync(string address, string? trap, Func<JsonNode, bool> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var i = 0; ; i++)
        {
            if (trap is not null && i % 20 == 0) await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "trap-of-link", $"127.0.0.1:{world.TrapPort}", "77", trap, "1.3.6.1.2.1.2.2.1.1.9", "i", "9");
            if ((await ItemsAsync(world.Api, address)).FirstOrDefault(a => fits(a!)) is { } found) return found;
            await Task.Delay(250, patience.Token);
        }
    }

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    private Task<(int, string)> SendAsync(string community) => NetSnmp.RunAsync(
        "snmptrap", "-v2c", "-c", community, $"127.0.0.1:{world.TrapPort}", "77", LinkDown,
        "1.3.6.1.2.1.2.2.1.1.3", "i", "3", "1.3.6.1.2.1.2.2.1.7.3", "i", "1", "1.3.6.1.2.1.2.2.1.8.3", "i", "2");

    private static async Task<string> CreateAsync(HttpClient api, string name, string community)
    {
        var body = ApiWorld.Device(name, host: "127.0.0.1");
        body["endpoints"]![0]!["secrets"]!["readCommunity"] = community;
        using var answer = await api.PostAsJsonAsync("/api/v1/devices", body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
    }

    private static async Task<JsonArray> ItemsAsync(HttpClient api, string address) => (await api.GetFromJsonAsync<JsonObject>(address))!["items"]!.AsArray();

    // Devices of other tests may have made the receiver remember the source for a while.
    private async Task<JsonNode> FindAsync(HttpClient api, string address, Func<JsonNode, bool> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var sent = 0;
        while (true)
        {
            if ((await ItemsAsync(api, address)).FirstOrDefault(i => fits(i!)) is { } found) return found;
            if (++sent % 20 == 0) await SendAsync(address.Contains("traps", StringComparison.Ordinal) ? "trap-of-acme" : "trap-of-nobody");
            await Task.Delay(250, patience.Token);
        }
    }
}
