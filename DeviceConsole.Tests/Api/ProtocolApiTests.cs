using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Api;

/// <summary>What devices' endpoints and jobs can say, over the API.</summary>
[Collection(ApiGroup.Name)]
public sealed class ProtocolApiTests(ApiWorld world)
{
    [Fact]
    public async Task Every_protocol_is_listed_with_its_operations_and_can_be_asked_for_by_its_id()
    {
        var listed = (await world.Viewer.GetObjectAsync("/api/v1/protocols"))["items"]!.AsArray();

        listed.Select(p => (string)p!["id"]!).Should().BeEquivalentTo("snmp", "cwmp", "usp", "webpa");
        foreach (var protocol in listed)
        {
            protocol!["operations"]!.AsArray().Should().NotBeEmpty();
            JsonNode.DeepEquals(await world.Viewer.GetObjectAsync($"/api/v1/protocols/{protocol["id"]}"), protocol).Should().BeTrue();
        }
        (await world.Viewer.AskAsync("GET", "/api/v1/protocols/none")).Status.Should().Be(404);
    }
}
