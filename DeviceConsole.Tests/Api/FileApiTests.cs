using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Api;

/// <summary>/api/v1/files on the running application.</summary>
[Collection(ApiGroup.Name)]
public sealed class FileApiTests(ApiWorld world)
{
    [Fact]
    public async Task A_file_is_uploaded_listed_downloaded_and_deleted_and_is_nobody_elses()
    {
        // Larger than what other addresses take, and no whole number of pieces.
        var content = RandomNumberGenerator.GetBytes(1_500_001);
        using var body = new ByteArrayContent(content);
        using var made = await world.Api.PostAsync(new Uri("/api/v1/files?name=..%2Fhg-3.5.0.bin&type=1%20Firmware%20Upgrade%20Image&version=3.5.0&model=HG310", UriKind.Relative), body);
        made.StatusCode.Should().Be(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var file = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        var address = made.Headers.Location!.ToString();

        (file["name"]!.GetValue<string>(), file["size"]!.GetValue<long>()).Should().Be(("hg-3.5.0.bin", 1_500_001));
        file["sha256"]!.GetValue<string>().Should().Be(Convert.ToHexStringLower(SHA256.HashData(content)));
        (await world.Viewer.GetObjectAsync("/api/v1/files"))["items"]!.AsArray().Should().Contain(f => f!["id"]!.GetValue<string>() == file["id"]!.GetValue<string>());
        (await world.Stranger.GetObjectAsync("/api/v1/files"))["items"]!.AsArray().Should().BeEmpty();

        using var got = await world.Api.GetAsync(new Uri(address + "/content", UriKind.Relative));
        (await got.Content.ReadAsByteArrayAsync()).Should().Equal(content);
        got.Content.Headers.ContentDisposition!.DispositionType.Should().Be("attachment");
        (await world.Viewer.AskAsync("GET", address + "/content")).Status.Should().Be(403);
        (await world.Stranger.AskAsync("GET", address + "/content")).Status.Should().Be(404);
        (await world.Viewer.AskAsync("DELETE", address)).Status.Should().Be(403);
        (await world.Api.AskAsync("DELETE", address)).Status.Should().Be(204);
        (await world.Api.AskAsync("GET", address)).Status.Should().Be(404);
        (await world.Database.ScalarAsync<long>($"SELECT count(*) FROM file_chunks WHERE file_id = '{file["id"]!.GetValue<string>()}'")).Should().Be(0);
    }

    [Theory]
    [InlineData("?name=a.bin&type=1%20Firmware%20Upgrade%20Image", "version")]
    [InlineData("?name=a.bin&type=9%20Something", "type")]
    [InlineData("?name=..&type=2%20Web%20Content", "name")]
    public async Task What_is_missing_is_said_at_its_field(string query, string field)
    {
        using var body = new ByteArrayContent([1]);
        using var answer = await world.Api.PostAsync(new Uri("/api/v1/files" + query, UriKind.Relative), body);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsObject().Should().ContainKey(field);
    }

    [Fact]
    public async Task The_devices_port_has_the_file_server_and_not_the_library()
    {
        using var http = new HttpClient();

        (await http.GetAsync(new Uri(world.App.DeviceAddress, "/api/v1/files"))).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await http.GetAsync(new Uri(world.App.DeviceAddress, "/files/acme/unknown"))).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await http.PutAsync(new Uri(world.App.DeviceAddress, "/files/acme/unknown"), new ByteArrayContent([1]))).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }
}
