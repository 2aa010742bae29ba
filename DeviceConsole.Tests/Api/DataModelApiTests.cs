using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Protocols.BbfDataModel;

namespace DeviceConsole.Tests.Api;

/// <summary>/api/v1/data-models, from upload to deletion.</summary>
[Collection(ApiGroup.Name)]
public sealed class DataModelApiTests(ApiWorld world)
{
    [Fact]
    public async Task A_model_is_imported_looked_into_and_deleted()
    {
        var (status, body) = await UploadAsync(world.Api, BbfFiles.Zip("tr-181-2-16-0-usp-full.zip"), "application/zip");
        status.Should().Be(201, body);
        var model = JsonNode.Parse(body)!["models"]![0]!;
        model["name"]!.GetValue<string>().Should().Be("Device:2.16");
        var address = $"/api/v1/data-models/{model["id"]!.GetValue<string>()}";

        (await world.Api.GetObjectAsync(address))["parameters"]!.GetValue<int>().Should().Be(5320);
        var channel = (await world.Api.GetObjectAsync($"{address}/nodes?path=Device.WiFi.Radio.2.Channel"))["items"]![0]!;
        channel["path"]!.GetValue<string>().Should().Be("Device.WiFi.Radio.{i}.Channel");
        channel["type"]!["base"]!.GetValue<string>().Should().Be("unsignedInt");

        var seen = new List<string>();
        for (var next = $"{address}/nodes?path=Device.NAT.&limit=10"; next is not null;)
        {
            var page = await world.Api.GetObjectAsync(next);
            seen.AddRange(page["items"]!.AsArray().Select(n => n!["path"]!.GetValue<string>()));
            next = page["next"]?.GetValue<string>();
        }

        seen.Should().OnlyHaveUniqueItems().And.Contain(["Device.NAT.", "Device.NAT.PortMapping.{i}.ExternalPort"]);
        (await world.Viewer.AskAsync("GET", address)).Status.Should().Be(200);
        (await world.Viewer.AskAsync("DELETE", address)).Status.Should().Be(403);
        (await world.Stranger.AskAsync("GET", $"{address}/nodes")).Status.Should().Be(404);
        (await world.Api.AskAsync("DELETE", address)).Status.Should().Be(204);
        (await world.Api.AskAsync("GET", address)).Status.Should().Be(404);
    }

    [Fact]
    public async Task What_is_no_data_model_is_refused_in_a_sentence()
    {
        var (status, body) = await UploadAsync(world.Api, "<html/>"u8.ToArray(), "application/xml");

        status.Should().Be(400);
        JsonNode.Parse(body)!["detail"]!.GetValue<string>().Should().StartWith("upload.xml, line 1: This is no data model");
        (await UploadAsync(world.Viewer, "<html/>"u8.ToArray(), "application/xml")).Status.Should().Be(403);
        (await UploadAsync(world.Api, "{}"u8.ToArray(), "application/json")).Body.Should().Contain("not well-formed XML");
    }

    private static async Task<(int Status, string Body)> UploadAsync(HttpClient client, byte[] content, string type)
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var answer = await client.PostAsync(new Uri("/api/v1/data-models?name=upload.xml", UriKind.Relative), body);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
