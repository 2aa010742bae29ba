using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Hosting;

/// <summary>What an operator of the installation relies on, with the real application: its ports, its health, the limits, and whose headers it believes.</summary>
public sealed class OperationsTests
{
    [Fact]
    public async Task Health_and_metrics_have_a_port_of_their_own_where_it_is_configured()
    {
        await using var database = await TestDatabase.CreateAsync();
        var address = new Uri($"http://127.0.0.1:{PostgresServer.FreePort()}");
        await using var app = await RunningApp.StartAsync(database, ("DEVICECONSOLE_OPS_URL", address.ToString()));
        using var ops = new HttpClient { BaseAddress = address };

        foreach (var path in new[] { "/health", "/health/live", "/health/ready", "/metrics" })
        {
            (await ops.AskAsync("GET", path)).Status.Should().Be(200, path);
            (await app.Http.AskAsync("GET", path)).Status.Should().Be(404, $"{path} is not for the UI's port");
        }
        foreach (var path in new[] { "/openapi.json", "/api/v1/devices", "/connect/token" }) (await ops.AskAsync("GET", path)).Status.Should().Be(404, $"{path} is not for that port");
    }

    [Fact]
    public async Task Health_says_503_and_why_while_the_database_is_gone()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        await using var app = await RunningApp.StartAsync(database);
        await server.StopImmediatelyAsync();
        try
        {
            await JobWorld.UntilAsync(async () => (await app.Http.AskAsync("GET", "/health")).Status == 503, "/health says 503");

            var part = JsonNode.Parse((await app.Http.AskAsync("GET", "/health")).Body)!["parts"]!.AsArray().First(p => p!["name"]!.GetValue<string>() == "database")!;
            part["healthy"]!.GetValue<bool>().Should().BeFalse();
            part["reason"]!.GetValue<string>().Should().NotBeEmpty().And.NotContain(database.Name).And.NotContain("dc_app");
            var (status, reason, _) = await app.Http.AskAsync("GET", "/health/ready");
            status.Should().Be(503);
            reason.Should().NotBeEmpty();
            (await app.Http.AskAsync("GET", "/health/live")).Status.Should().Be(200, "a database that is gone is no reason to restart the process");
        }
        finally
        {
            await server.StartServerAsync();
        }
        await JobWorld.UntilAsync(async () => (await app.Http.AskAsync("GET", "/health")).Status == 200, "/health is well again", seconds: 40);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("192.0.2.0/24", true)]
    [InlineData("127.0.0.1", false)]
    public async Task The_address_that_a_header_names_counts_only_from_a_trusted_peer(string trusted, bool heldBack)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = await RunningApp.StartAsync(database, ("DEVICECONSOLE_TRUSTED_PROXIES", trusted));
        HttpResponseMessage? last = null;
        for (var i = 1; i <= 25; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/connect/token", UriKind.Relative))
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = "nobody", ["client_secret"] = "wrong" }),
            };
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{i}");
            last?.Dispose();
            last = await app.Http.SendAsync(request);
        }

        using (last)
        {
            // 20 wrong secrets of one address are the most; the headers name 25 addresses.
            last!.StatusCode.Should().Be(heldBack ? HttpStatusCode.TooManyRequests : HttpStatusCode.Unauthorized);
            if (heldBack) last.Headers.RetryAfter!.Delta.Should().BeGreaterThan(TimeSpan.Zero);
        }
    }
}
