using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Api;

/// <summary>Tenants and service accounts over the API, by token and by a person's session.</summary>
[Collection(ApiGroup.Name)]
public sealed partial class AdministrationApiTests(ApiWorld world)
{
    private static readonly JsonObject Account = new() { ["name"] = "script", ["role"] = "viewer" };

    [Fact]
    public async Task A_platform_administrators_session_makes_and_suspends_a_tenant_with_the_pages_own_token_only()
    {
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var session = new HttpClient(handler) { BaseAddress = world.App.Address };
        var token = await LogInAsync(session);
        var body = new JsonObject { ["name"] = "Made here", ["allowedNetworks"] = new JsonArray("10.0.0.0/8") };

        (await session.AskAsync("PUT", "/api/v1/tenants/made-here", body)).Status.Should().Be(400, "another site could have sent it");
        (await session.AskAsync("PUT", "/api/v1/tenants/made-here", body, ("RequestVerificationToken", token))).Status.Should().Be(201);
        body["active"] = false;
        var changed = await session.AskAsync("PUT", "/api/v1/tenants/made-here", body, ("RequestVerificationToken", token));

        changed.Status.Should().Be(200);
        JsonNode.Parse(changed.Body)!["active"]!.GetValue<bool>().Should().BeFalse();
        (await session.GetObjectAsync("/api/v1/tenants"))["items"]!.AsArray().Select(t => (string)t!["slug"]!).Should().Contain("made-here").And.Contain("acme");
    }

    [Fact]
    public async Task A_tenant_is_exported_and_deleted_by_a_platform_administrators_session_and_its_tokens_are_refused_at_once()
    {
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var session = new HttpClient(handler) { BaseAddress = world.App.Address };
        var token = await LogInAsync(session);
        var tenant = await world.Database.CreateTenantAsync("doomed");
        var theirs = await world.ClientAsync(tenant, "operator");
        await world.CreateDeviceAsync(client: theirs);

        (await session.GetObjectAsync("/api/v1/tenants/doomed/contents"))["tables"]!["devices"]!.GetValue<int>().Should().Be(1);
        using var archive = new System.IO.Compression.ZipArchive(await session.GetStreamAsync(new Uri("/api/v1/tenants/doomed/export?format=csv", UriKind.Relative)));
        archive.GetEntry("doomed/devices.csv").Should().NotBeNull();
        (await session.AskAsync("GET", "/api/v1/tenants/doomed/export?format=xml")).Status.Should().Be(400);
        (await session.AskAsync("DELETE", "/api/v1/tenants/doomed?suspend=true")).Status.Should().Be(400, "another site could have sent it");
        (await session.AskAsync("DELETE", "/api/v1/tenants/doomed", null, ("RequestVerificationToken", token))).Status.Should().Be(409, "it is active");
        (await session.AskAsync("DELETE", "/api/v1/tenants/nowhere", null, ("RequestVerificationToken", token))).Status.Should().Be(404);
        var deleted = await session.AskAsync("DELETE", "/api/v1/tenants/doomed?suspend=true", null, ("RequestVerificationToken", token));

        deleted.Status.Should().Be(204, deleted.Body);
        (await theirs.AskAsync("GET", "/api/v1/devices")).Status.Should().Be(401);
        (await session.GetObjectAsync("/api/v1/tenants"))["items"]!.AsArray().Select(t => (string)t!["slug"]!).Should().NotContain("doomed");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM devices WHERE tenant_id = $1", tenant)).Should().Be(0);
    }

    [Fact]
    public async Task A_tenants_token_neither_sees_nor_makes_tenants()
    {
        (await world.Api.AskAsync("GET", "/api/v1/tenants")).Status.Should().Be(403);
        (await world.Api.AskAsync("DELETE", "/api/v1/tenants/other?suspend=true")).Status.Should().Be(403);
        (await world.Api.AskAsync("GET", "/api/v1/tenants/other/export")).Status.Should().Be(403);
        (await world.Api.AskAsync("GET", "/api/v1/tenants/other/contents")).Status.Should().Be(403);
        (await world.Api.AskAsync("PUT", "/api/v1/tenants/mine", new JsonObject { ["name"] = "Mine" })).Status.Should().Be(403);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM tenants WHERE slug = 'mine'")).Should().Be(0);
    }

    [Fact]
    public async Task A_service_account_is_made_gets_a_token_and_is_deleted_by_its_own_tenant_only()
    {
        var made = JsonNode.Parse((await world.Api.AskAsync("POST", "/api/v1/service-accounts", Account)).Body)!;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = (string)made["account"]!["clientId"]!, ["client_secret"] = (string)made["clientSecret"]!,
        });
        using var token = await world.App.Http.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        token.StatusCode.Should().Be(HttpStatusCode.OK);
        var address = $"/api/v1/service-accounts/{made["account"]!["id"]}";

        (await world.Stranger.AskAsync("DELETE", address)).Status.Should().Be(404);
        (await world.Api.AskAsync("DELETE", address)).Status.Should().Be(204);
        (await world.Api.AskAsync("GET", "/api/v1/service-accounts")).Body.Should().NotContain((string)made["account"]!["id"]!).And.NotContain("clientSecret");
    }

    [Fact]
    public async Task A_viewer_makes_no_service_account_and_nobody_one_above_himself()
    {
        (await world.Viewer.AskAsync("POST", "/api/v1/service-accounts", Account)).Status.Should().Be(403);
        (await world.Api.AskAsync("POST", "/api/v1/service-accounts", new JsonObject { ["name"] = "x", ["role"] = "platform_admin" })).Status.Should().Be(400);
    }

    [Fact]
    public async Task Ports_profiles_and_certificates_are_kept_by_a_platform_administrator_and_removed_in_order()
    {
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var session = new HttpClient(handler) { BaseAddress = world.App.Address };
        var token = ("RequestVerificationToken", await LogInAsync(session));
        var made = await session.AskAsync("POST", "/api/v1/certificates/self-signed", new JsonObject { ["name"] = "trial", ["names"] = new JsonArray("acs.example.net") }, token);
        made.Status.Should().Be(201, made.Body);
        var certificate = (string)JsonNode.Parse(made.Body)!["id"]!;
        var (profile, port) = ($"/api/v1/tls-profiles/{Guid.CreateVersion7()}", $"/api/v1/device-ports/{PostgresServer.FreePort()}");
        (await session.AskAsync("PUT", profile, new JsonObject { ["name"] = "trial", ["certificateId"] = certificate }, token)).Status.Should().Be(204);
        (await session.AskAsync("PUT", port, new JsonObject { ["profileId"] = profile.Split('/')[^1] }, token)).Status.Should().Be(204);

        (await session.AskAsync("DELETE", $"/api/v1/certificates/{certificate}", null, token)).Status.Should().Be(409);
        (await session.AskAsync("DELETE", profile, null, token)).Status.Should().Be(409);
        (await session.AskAsync("PUT", $"/api/v1/device-ports/{world.App.Address.Port}", new JsonObject(), token)).Body.Should().Contain("the one of people");
        (await session.AskAsync("GET", "/api/v1/certificates")).Body.Should().Contain("acs.example.net").And.NotContain("PRIVATE");
        foreach (var address in new[] { port, profile, $"/api/v1/certificates/{certificate}" })
            (await session.AskAsync("DELETE", address, null, token)).Status.Should().Be(204, address);

        foreach (var address in new[] { "certificates", "tls-profiles", "device-ports" })
            (await world.Api.AskAsync("GET", $"/api/v1/{address}")).Status.Should().Be(403, "a tenant keeps none of it");
        (await world.Api.AskAsync("PUT", port, new JsonObject())).Status.Should().Be(403);
    }

    [Fact]
    public async Task The_installations_own_passwords_are_stored_by_a_platform_administrator_and_never_read_back()
    {
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var session = new HttpClient(handler) { BaseAddress = world.App.Address };
        var token = ("RequestVerificationToken", await LogInAsync(session));
        const string Address = "/api/v1/platform-secrets/xmpp-password";
        (await session.AskAsync("GET", "/api/v1/platform-secrets")).Body.Should().Contain("xmpp-password").And.Contain("Cwmp__Xmpp__Password").And.Contain("\"storedAt\":null");

        (await session.AskAsync("PUT", Address, new JsonObject { ["value"] = "canary of xmpp" }, token)).Status.Should().Be(204);
        (await session.AskAsync("PUT", "/api/v1/platform-secrets/no-such", new JsonObject { ["value"] = "x" }, token)).Status.Should().Be(404);
        (await session.AskAsync("PUT", Address, new JsonObject { ["value"] = "" }, token)).Status.Should().Be(400);

        (await session.AskAsync("GET", "/api/v1/platform-secrets")).Body.Should().NotContain("canary").And.NotContain("\"storedAt\":null");
        (await world.Database.ScalarAsync<bool>("SELECT position('canary'::bytea IN sealed) = 0 FROM platform_secrets")).Should().BeTrue();
        (await world.Api.AskAsync("GET", "/api/v1/platform-secrets")).Status.Should().Be(403, "it is no tenant's");
        (await world.Api.AskAsync("PUT", Address, new JsonObject { ["value"] = "mine" })).Status.Should().Be(403);
        (await session.AskAsync("DELETE", Address, null, token)).Status.Should().Be(204);
        (await session.AskAsync("DELETE", Address, null, token)).Status.Should().Be(404);
    }

    private static async Task<string> LogInAsync(HttpClient session)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "login", ["__RequestVerificationToken"] = await TokenAsync(session, "/t/platform/login"),
            ["Input.UserName"] = RunningApp.AdminUser, ["Input.Password"] = RunningApp.AdminPassword,
        });
        using var answer = await session.PostAsync(new Uri("/t/platform/login", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
        return await TokenAsync(session, "/");
    }

    private static async Task<string> TokenAsync(HttpClient session, string page) =>
        TokenField().Match(await session.GetStringAsync(new Uri(page, UriKind.Relative))).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
