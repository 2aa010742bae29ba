using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Api;

/// <summary>Templates over the API, against a real agent.</summary>
[Collection(ApiGroup.Name)]
public sealed class CredentialApiTests(ApiWorld world)
{
    [Fact]
    public async Task The_job_after_a_template_was_corrected_reaches_the_device()
    {
        await using var agent = await SnmpdAgent.StartAsync("createUser operator SHA-256 \"authpass12345\" AES \"privpass12345\"", "rouser operator priv");
        var template = new JsonObject
        {
            ["name"] = "access switches", ["protocol"] = "snmp",
            ["settings"] = new JsonObject { ["version"] = "v3", ["user"] = "operator" },
            ["secrets"] = new JsonObject { ["authPassword"] = "canary-wrong-1", ["privPassword"] = "privpass12345" },
        };
        using var made = await world.Api.PostAsJsonAsync("/api/v1/credential-templates", template);
        made.StatusCode.Should().Be(System.Net.HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var text = await made.Content.ReadAsStringAsync();
        var id = JsonNode.Parse(text)!["id"]!.GetValue<string>();
        var body = ApiWorld.Device("switch", port: agent.Port);
        body["endpoints"]![0]!["secrets"] = null;
        body["endpoints"]![0]!["credentialTemplateId"] = id;
        var device = await world.CreateDeviceAsync(body);

        var refused = await JobAsync(device["id"]!.GetValue<string>());
        template["secrets"] = new JsonObject { ["authPassword"] = "authpass12345" };
        (await world.Api.PutAsJsonAsync($"/api/v1/credential-templates/{id}", template)).EnsureSuccessStatusCode();
        var reached = await JobAsync(device["id"]!.GetValue<string>());
        var deleted = await world.Api.AskAsync("DELETE", $"/api/v1/credential-templates/{id}");

        text.Should().NotContain("canary").And.Contain("authPassword");
        device.ToJsonString().Should().Contain("access switches").And.NotContain("canary");
        refused["fault"]!["code"]!.GetValue<string>().Should().StartWith("snmp.");
        reached["state"]!.GetValue<string>().Should().Be("completed");
        deleted.Status.Should().Be(409);
        deleted.Body.Should().Contain("1 device uses access switches (switch).");
        (await world.Viewer.AskAsync("PUT", $"/api/v1/credential-templates/{id}", template)).Status.Should().Be(403);
    }

    private async Task<JsonObject> JobAsync(string device)
    {
        var body = ApiWorld.Job(device);
        body["maxAttempts"] = 1;
        using var answer = await world.Api.PostAsJsonAsync("/api/v1/jobs?wait=30", body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
