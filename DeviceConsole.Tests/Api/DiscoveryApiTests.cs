using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Simulator;
using DeviceConsole.Simulator.Snmp;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Api;

/// <summary>A scan of real and simulated agents, from the request to a device that answers a job.</summary>
[Collection(ApiGroup.Name)]
public sealed class DiscoveryApiTests(ApiWorld world)
{
    [Fact]
    public async Task A_scan_proposes_who_answers_marks_who_is_known_and_makes_devices_that_work()
    {
        // One agent at two addresses, one that none of the credentials fits, a simulated one, and one with SNMPv3.
        await using var two = await SnmpdAgent.StartAsync(["127.0.41.1", "127.0.41.2"], null, ["rocommunity public", "sysName core-1"]);
        await using var closed = await SnmpdAgent.StartAsync(["127.0.41.3"], two.Port, ["createUser somebody SHA \"authpass12345\"", "rouser somebody auth"]);
        await using var secure = await SnmpdAgent.StartAsync(["127.0.41.4"], two.Port, ["createUser operator SHA-256 \"authpass12345\" AES \"privpass12345\"", "rouser operator priv", "sysName secure-4"]);
        await using var simulated = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Listen = new IPEndPoint(IPAddress.Parse("127.0.41.5"), two.Port) });
        var known = (await world.CreateDeviceAsync(ApiWorld.Device("known one", host: "127.0.41.5", port: two.Port)))["id"]!.GetValue<string>();
        var templates = new JsonArray(
            await TemplateAsync("wrong", new JsonObject { ["version"] = "v2c" }, new JsonObject { ["readCommunity"] = "none-of-yours" }),
            await TemplateAsync("secure", new JsonObject { ["version"] = "v3", ["user"] = "operator" }, new JsonObject { ["authPassword"] = "authpass12345", ["privPassword"] = "privpass12345" }),
            await TemplateAsync("open", new JsonObject { ["version"] = "v2c" }, new JsonObject { ["readCommunity"] = "public" }));

        var scan = await CreateAsync(new JsonObject { ["name"] = "lab", ["ranges"] = new JsonArray("127.0.41.0/29"), ["templateIds"] = templates, ["port"] = two.Port, ["rate"] = 500, ["timeoutMs"] = 1_000, ["retries"] = 1 });
        var id = scan["id"]!.GetValue<string>();
        await JobWorld.UntilAsync(async () => (await world.Api.GetFromJsonAsync<JsonObject>($"/api/v1/discovery-scans/{id}"))!["state"]!.GetValue<string>() == "completed", "the scan ends", 60);

        var found = (await FindingsAsync(id)).ToDictionary(f => f["address"]!.GetValue<string>());
        found.Keys.Should().BeEquivalentTo("127.0.41.1", "127.0.41.2", "127.0.41.3", "127.0.41.4", "127.0.41.5");
        var first = found["127.0.41.1"];
        (Text(first, "name"), Text(first, "kind"), Text(first, "vendor"), Text(first, "templateName")).Should().Be(("core-1", "1.3.6.1.4.1.8072.3.2.10", "Net-SNMP", "open"));
        Text(first, "identity").Should().NotBeNull().And.Be(Text(found["127.0.41.2"], "identity"));
        (Text(found["127.0.41.3"], "templateId"), Text(found["127.0.41.3"], "note")).Should().Be((null, "It answers SNMPv3, but no template fits."));
        (Text(found["127.0.41.4"], "name"), Text(found["127.0.41.4"], "templateName")).Should().Be(("secure-4", "secure"));
        (Text(found["127.0.41.5"], "deviceId"), Text(found["127.0.41.5"], "knownBy")).Should().Be((known, "address"));

        var accepted = await AcceptAsync(id, new JsonObject());
        (accepted["created"]!.GetValue<int>(), accepted["known"]!.GetValue<int>()).Should().Be((2, 1), accepted.ToJsonString());
        var made = Text((await FindingsAsync(id)).Single(f => Text(f, "address") == "127.0.41.4"), "deviceId")!;
        using var job = await world.Api.PostAsJsonAsync("/api/v1/jobs?wait=30", ApiWorld.Job(made));
        Text((await job.Content.ReadFromJsonAsync<JsonObject>())!, "state").Should().Be("completed");
    }

    [Theory]
    [InlineData("10.0.0.0/24")]
    [InlineData("169.254.169.254")]
    [InlineData("8.8.8.0/30")]
    public async Task What_the_tenants_policy_does_not_name_is_not_scanned(string range)
    {
        var template = await TemplateAsync($"t {range}", new JsonObject(), new JsonObject { ["readCommunity"] = "public" });

        var (status, body, _) = await world.Api.AskAsync("POST", "/api/v1/discovery-scans", new JsonObject { ["name"] = "x", ["ranges"] = new JsonArray(range), ["templateIds"] = new JsonArray(template) });

        status.Should().Be(400);
        body.Should().Contain("lies outside of the networks that this tenant may scan");
        (await world.Viewer.AskAsync("POST", "/api/v1/discovery-scans", new JsonObject { ["name"] = "x" })).Status.Should().Be(403);
    }

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    private async Task<string> TemplateAsync(string name, JsonObject settings, JsonObject secrets)
    {
        using var made = await world.Api.PostAsJsonAsync("/api/v1/credential-templates", new JsonObject { ["name"] = $"{name}", ["protocol"] = "snmp", ["settings"] = settings, ["secrets"] = secrets });
        made.StatusCode.Should().Be(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return (await made.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
    }

    private async Task<JsonObject> CreateAsync(JsonObject body)
    {
        using var made = await world.Api.PostAsJsonAsync("/api/v1/discovery-scans", body);
        made.StatusCode.Should().Be(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return (await made.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private async Task<List<JsonNode>> FindingsAsync(string id) => [.. (await world.Api.GetFromJsonAsync<JsonObject>($"/api/v1/discovery-scans/{id}/findings"))!["items"]!.AsArray().Select(f => f!)];

    private async Task<JsonObject> AcceptAsync(string id, JsonObject body)
    {
        using var answer = await world.Api.PostAsJsonAsync($"/api/v1/discovery-scans/{id}/accept", body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
