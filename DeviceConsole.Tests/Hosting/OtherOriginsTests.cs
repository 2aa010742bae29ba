using System.Net;
using System.Net.Http.Headers;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Web.Auth;

namespace DeviceConsole.Tests.Hosting;

/// <summary>Pages of other sites: a browser lets those read the API's answers whose origin the answer names (Fetch Standard 3.2, CORS protocol).</summary>
public sealed class OtherOriginsTests
{
    private const string Portal = "https://portal.example.net", Desk = "https://desk.example.net:8443", Foreign = "https://portal.example.org";

    [Fact]
    public async Task Origins_that_are_allowed_are_named_in_the_answer_and_others_never()
    {
        await using var host = await AppHost.StartAsync(("Api:CorsOrigins", $"{Portal}, {Desk}"));
        var token = await TokenAsync(host);

        foreach (var origin in (string[])[Portal, Desk])
        {
            using var asked = await PreflightAsync(host, "/api/v1/devices", origin, "PATCH", "authorization,if-match");
            asked.StatusCode.Should().Be(HttpStatusCode.NoContent, "a preflight carries no token");
            Header(asked, "Access-Control-Allow-Origin").Should().Be(origin);
            Header(asked, "Access-Control-Allow-Methods").Should().Contain("PATCH");
            Header(asked, "Access-Control-Allow-Headers").Should().ContainAll("authorization", "if-match");
            Header(asked, "Access-Control-Max-Age").Should().Be("600");

            using var read = await GetAsync(host, "/api/v1/devices", origin, token);
            read.StatusCode.Should().Be(HttpStatusCode.OK);
            Header(read, "Access-Control-Allow-Origin").Should().Be(origin);
            Header(read, "Access-Control-Expose-Headers").Should().ContainAll("ETag", "Location", "Retry-After");
            Header(read, "Vary").Should().Contain("Origin", "a cache must not hand one site the answer to another");
            Header(read, "Access-Control-Allow-Credentials").Should().BeEmpty("other sites have a token, never the person's cookie");
        }

        // Another top-level domain, no TLS, another port, a name that merely begins the same, and a file or a sandboxed frame.
        foreach (var origin in (string[])[Foreign, "http://portal.example.net", "https://portal.example.net:444", "https://portal.example.net.evil.example", "null"])
        {
            using var asked = await PreflightAsync(host, "/api/v1/devices", origin, "GET", "authorization");
            using var read = await GetAsync(host, "/api/v1/devices", origin, token);
            Allowances(asked).Should().BeEmpty($"{origin} is not allowed");
            Allowances(read).Should().BeEmpty($"{origin} is not allowed");
        }
    }

    [Fact]
    public async Task The_token_endpoint_may_be_called_too_pages_hubs_and_health_not()
    {
        await using var host = await AppHost.StartAsync(("Api:CorsOrigins", Portal));

        using var form = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "nobody"), new("client_secret", "wrong")]) };
        form.Headers.Add("Origin", Portal);
        using var refused = await host.Http.SendAsync(form);
        refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        Header(refused, "Access-Control-Allow-Origin").Should().Be(Portal, "the page is told why");

        foreach (var path in (string[])["/t/platform/login", "/health", "/devices"])
        {
            using var answer = await GetAsync(host, path, Portal, null);
            Allowances(answer).Should().BeEmpty($"{path} is no part of the API");
        }
    }

    [Fact]
    public async Task Where_no_origin_is_set_nobody_is_allowed()
    {
        await using var host = await AppHost.StartAsync();

        using var asked = await PreflightAsync(host, "/api/v1/devices", Portal, "GET", "authorization");
        using var read = await GetAsync(host, "/api/v1/devices", Portal, await TokenAsync(host));

        Allowances(asked).Should().BeEmpty();
        read.StatusCode.Should().Be(HttpStatusCode.OK, "the browser keeps the answer from the page, not the server");
        Allowances(read).Should().BeEmpty();
    }

    private static async Task<string> TokenAsync(AppHost host)
    {
        var tenant = await host.Database.CreateTenantAsync("acme");
        var client = await host.CreateClientAsync(tenant);
        var state = await host.Get<AccountStates>().GetClientAsync(tenant, client.Client.ClientId, default);
        return await host.Get<AccessTokens>().IssueAsync(state!, BearerTokens.Scope, default);
    }

    private static async Task<HttpResponseMessage> PreflightAsync(AppHost host, string path, string origin, string method, string headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return await host.Http.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> GetAsync(AppHost host, string path, string origin, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", origin);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await host.Http.SendAsync(request);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";

    private static IEnumerable<string> Allowances(HttpResponseMessage answer) => answer.Headers.Select(h => h.Key).Where(k => k.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
}
