using System.Net;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace DeviceConsole.Tests.Hosting;

/// <summary>What answers where, who is let to what, and what every answer tells the browser.</summary>
public sealed class ListenerTests : IAsyncLifetime
{
    private AppHost host = null!;

    public async Task InitializeAsync() => host = await AppHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/login")]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/connect/token")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/css/base.css")]
    [InlineData("/health/live")]
    [InlineData("/metrics")]
    [InlineData("/docs")]
    [InlineData("/openapi.json")]
    [InlineData("/api/v1/devices")]
    public async Task Nothing_of_the_interface_answers_on_the_port_of_devices_whatever_the_host_header_says(string path)
    {
        using var http = AppHost.Client(host.DeviceAddress);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Host = host.Address.Authority;
        using var answer = await http.SendAsync(request);
        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("own", HttpStatusCode.OK)]
    [InlineData("own-port", HttpStatusCode.Forbidden)]
    public async Task A_page_of_another_site_cannot_open_a_circuit_with_the_browsers_cookie(string origin, HttpStatusCode status)
    {
        await host.CreateUserAsync(await host.Database.CreateTenantAsync("acme"), "ann");
        using var browser = host.OpenBrowser();
        await browser.LogInAsync("acme", "ann", AppHost.Password);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Address, "/_blazor/negotiate?negotiateVersion=1"));
        request.Headers.Add("Cookie", $"dc-session={browser.Session}");
        request.Headers.Add("Origin", origin switch { "own" => host.Address.ToString().TrimEnd('/'), "own-port" => "http://127.0.0.1:1", _ => origin });
        (await host.Http.SendAsync(request)).StatusCode.Should().Be(status);
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        foreach (var path in new[] { "/login", "/nosuch.css", "/.well-known/openid-configuration" })
        {
            using var answer = await host.Http.GetAsync(new Uri(path, UriKind.Relative));
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.Should().Contain("script-src 'self';").And.Contain("frame-ancestors 'none'").And.NotContain("unsafe-eval");
            policy[policy.IndexOf("script-src", StringComparison.Ordinal)..].Split(';')[0].Should().NotContain("unsafe-inline");
            answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
            answer.Headers.Contains("Server").Should().BeFalse();
        }
    }

    [Fact]
    public async Task The_pages_hold_no_inline_script()
    {
        var html = await host.Http.GetStringAsync(new Uri("/login", UriKind.Relative));
        foreach (var script in html.Split("<script").Skip(1)) script.Split('>')[0].Should().Contain("src=");
        html.Should().NotContain("javascript:").And.NotContain(" onclick=");
    }

    [Fact]
    public void Every_route_asks_for_a_log_in_or_is_listed_here_as_open()
    {
        string[] open = ["/login", "/t/{Slug}/login", "/account/logout", "/connect/token", "/.well-known/openid-configuration", "/.well-known/openid-configuration/jwks", "/.well-known/jwks",
            "/{**path:file}", "/health", "/health/live", "/health/ready", "/metrics"];
        // What devices call has no log-in of people: its protocol authenticates them.
        var routes = host.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => !e.Metadata.OfType<Listener>().Contains(Listener.Devices)).ToList();
        routes.Should().HaveCountGreaterThan(20);
        var unguarded = routes.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null || e.Metadata.GetMetadata<IAuthorizeData>() is null)
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).Distinct()
            .Where(p => !IsAsset(p) && !open.Contains(p, StringComparer.OrdinalIgnoreCase));
        unguarded.Should().BeEmpty();
    }

    [Fact]
    public async Task A_token_in_the_query_is_taken_for_live_connections_only_and_does_not_stay_in_the_address()
    {
        var tenant = await host.Database.CreateTenantAsync("acme");
        var client = await host.CreateClientAsync(tenant);
        var state = await host.Get<Core.Accounts.AccountStates>().GetClientAsync(tenant, client.Client.ClientId, default);
        var token = await host.Get<AccessTokens>().IssueAsync(state!, BearerTokens.Scope, default);
        using var live = await host.Http.GetAsync(new Uri($"/test/live?access_token={token}&x=1", UriKind.Relative));
        (await live.Content.ReadAsStringAsync()).Should().Be("script ?x=1");
        using var api = await host.Http.GetAsync(new Uri($"/test/whoami?access_token={token}", UriKind.Relative));
        api.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_that_no_longer_holds_ends_live_connections()
    {
        var tenant = await host.Database.CreateTenantAsync("acme");
        var user = await host.CreateUserAsync(tenant, "ann");
        var state = await host.Get<Core.Accounts.AccountStates>().GetUserAsync(tenant, user.Id, default);
        var guard = host.Get<SessionGuard>();
        var ended = new TaskCompletionSource();
        using var registration = guard.Register(ConsoleClaims.ForUser(state!, tenant, "s"), ended.SetResult);
        await guard.CheckAllAsync(default);
        ended.Task.IsCompleted.Should().BeFalse();
        await host.Database.ExecuteAsync("UPDATE users SET disabled = true");
        host.Time.Move(SessionCheck.Interval);
        await guard.CheckAllAsync(default);
        ended.Task.IsCompleted.Should().BeTrue();
        guard.Count.Should().Be(0);
    }

    [Fact]
    public void Ports_that_two_listeners_share_are_refused()
    {
        var settings = new Microsoft.Extensions.Configuration.ConfigurationManager();
        settings["ConnectionStrings:App"] = "Host=x";
        settings["DEVICECONSOLE_UI_URL"] = "http://127.0.0.1:5080;http://[::1]:5080";
        HostSettings.Read(settings, development: true).DeviceUrls.Should().Equal("http://127.0.0.1:5081");
        settings["DEVICECONSOLE_OPS_URL"] = "http://127.0.0.1:5081";
        var read = () => HostSettings.Read(settings, development: true);
        read.Should().Throw<StartupException>().WithMessage("*5081*");
    }

    [Fact]
    public async Task The_command_line_says_one_sentence_and_ends_with_one()
    {
        var (code, output) = await RunAsync("bogus");
        code.Should().Be(1);
        output.Trim().Should().StartWith("Use:").And.NotContain("\n");
        (code, output) = await RunAsync("seed");
        code.Should().Be(1);
        output.Trim().Should().Contain("ConnectionStrings__App").And.NotContain("   at ");
    }

    private static async Task<(int Code, string Output)> RunAsync(string command)
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [typeof(HostSettings).Assembly.Location, command]) { RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("ConnectionStrings", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    // Files of the interface: styles, scripts, fonts; nothing of a tenant.
    private static bool IsAsset(string path) => Path.HasExtension(path) || path.StartsWith("/_framework/", StringComparison.Ordinal) || path.StartsWith("/_content/", StringComparison.Ordinal) || path.StartsWith("/test/", StringComparison.Ordinal);
}
