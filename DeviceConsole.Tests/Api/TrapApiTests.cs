using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Api;

/// <summary>From the wire to the device's events, in the real application.</summary>
[Collection(ApiGroup.Name)]
public sealed class TrapApiTests(ApiWorld world)
{
    private const string LinkDown = "1.3.6.1.6.3.1.1.5.3";

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
