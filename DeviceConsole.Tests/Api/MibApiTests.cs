using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Api;

/// <summary>/api/v1/mibs on the running application.</summary>
[Collection(ApiGroup.Name)]
public sealed class MibApiTests(ApiWorld world)
{
    private const string Module = "API-TEST-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI; apiTest OBJECT-TYPE SYNTAX INTEGER { low(1) } ACCESS read-only STATUS mandatory DESCRIPTION \"x\" ::= { enterprises 99999 77 } END";

    [Fact]
    public async Task An_upload_that_is_no_form_is_told_what_to_send()
    {
        var (status, body, _) = await world.Api.AskAsync("POST", "/api/v1/mibs", new System.Text.Json.Nodes.JsonObject());

        status.Should().Be(415, body);
        body.Should().Contain("multipart/form-data");
    }

    [Fact]
    public async Task A_module_is_uploaded_found_and_deleted()
    {
        var (status, body) = await UploadAsync(world.Api, "api-test.mib", Encoding.ASCII.GetBytes(Module));
        status.Should().Be(200, body);
        var id = JsonNode.Parse(body)!["modules"]![0]!["id"]!.GetValue<string>();
        (await world.Api.GetObjectAsync($"/api/v1/mibs/{id}"))["module"]!["name"]!.GetValue<string>().Should().Be("API-TEST-MIB");
        var found = await world.Viewer.GetObjectAsync("/api/v1/mibs/lookup?q=1.3.6.1.4.1.99999.77.0");
        found["name"]!.GetValue<string>().Should().Be("apiTest");
        found["instance"]!.GetValue<string>().Should().Be("0");
        (await world.Viewer.GetObjectAsync("/api/v1/mibs/search?search=apitest"))["items"]!.AsArray().Should().HaveCount(1);
        (await world.Viewer.GetObjectAsync("/api/v1/mibs/children?oid=1.3.6.1.4.1.99999"))["items"]![0]!["name"]!.GetValue<string>().Should().Be("apiTest");
        (await world.Viewer.GetObjectAsync($"/api/v1/mibs/{id}/revisions"))["items"]!.AsArray().Should().ContainSingle();
        (await world.Viewer.GetObjectAsync($"/api/v1/mibs/{id}/dependencies"))["imports"]![0]!["place"]!.GetValue<string>().Should().Be("built_in");
        (await world.Viewer.GetObjectAsync($"/api/v1/mibs/{id}/diff?from={id}"))["changed"]!.AsArray().Should().BeEmpty();
        (await world.Viewer.GetObjectAsync("/api/v1/mibs/missing"))["items"]!.AsArray().Should().BeEmpty();
        var upload = (await world.Viewer.GetObjectAsync("/api/v1/mibs/uploads?limit=1"))["items"]![0]!["id"]!.GetValue<string>();
        (await world.Viewer.GetObjectAsync($"/api/v1/mibs/uploads/{upload}"))["files"]![0]!["modules"]![0]!["name"]!.GetValue<string>().Should().Be("API-TEST-MIB");
        (await world.Stranger.AskAsync("GET", $"/api/v1/mibs/uploads/{upload}")).Status.Should().Be(404);
        (await world.Stranger.GetObjectAsync("/api/v1/mibs/search?search=apitest"))["items"]!.AsArray().Should().BeEmpty();
        (await world.Stranger.AskAsync("GET", $"/api/v1/mibs/{id}")).Status.Should().Be(404);
        (await world.Viewer.AskAsync("DELETE", $"/api/v1/mibs/{id}")).Status.Should().Be(403);
        (await world.Api.AskAsync("PUT", $"/api/v1/mibs/{id}/pin", new JsonObject { ["pinned"] = true })).Status.Should().Be(204);
        (await world.Api.AskAsync("DELETE", $"/api/v1/mibs/{id}")).Status.Should().Be(204);
        (await world.Api.AskAsync("GET", "/api/v1/mibs/lookup?q=apiTest")).Status.Should().Be(404);
    }

    [Fact]
    public async Task What_is_refused_says_why()
    {
        (await UploadAsync(world.Viewer, "a.mib", Encoding.ASCII.GetBytes(Module))).Status.Should().Be(403);
        var (status, body) = await UploadAsync(world.Api, "a.zip", "PK\u0003\u0004 but no archive"u8.ToArray());
        status.Should().Be(400);
        body.Should().Contain("not a zip archive");
        (await UploadAsync(world.Api, "big.mib", new byte[(32 * 1024 * 1024) + 1])).Body.Should().Contain("more than 32 MB");
    }

    [Fact]
    public async Task Built_in_names_need_no_upload()
    {
        (await world.Viewer.GetObjectAsync("/api/v1/mibs/lookup?q=IF-MIB::ifDescr.3"))["oid"]!.GetValue<string>().Should().Be("1.3.6.1.2.1.2.2.1.2");
    }

    private static async Task<(int Status, string Body)> UploadAsync(HttpClient client, string name, byte[] bytes)
    {
        using var form = new MultipartFormDataContent();
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(content, "files", name);
        using var answer = await client.PostAsync(new Uri("/api/v1/mibs", UriKind.Relative), form);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
