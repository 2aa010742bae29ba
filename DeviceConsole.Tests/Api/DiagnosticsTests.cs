using System.Diagnostics;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Api;

[Collection(ApiGroup.Name)]
public sealed class DiagnosticsTests(ApiWorld world)
{
    [Fact]
    public async Task Health_says_how_every_part_is()
    {
        JsonObject health = [];
        await JobWorld.UntilAsync(async () => (health = JsonNode.Parse((await world.Anonymous.AskAsync("GET", "/health")).Body)!.AsObject())["status"]!.GetValue<string>() == "healthy", "all is well");
        health["parts"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()).Should().Equal("database", "schema", "live", "worker", "scheduler");
        (await world.Anonymous.AskAsync("GET", "/health/live")).Status.Should().Be(200);
        (await world.Anonymous.AskAsync("GET", "/health/ready")).Status.Should().Be(200);
    }

    [Fact]
    public async Task Promtool_has_nothing_to_say_about_the_metrics()
    {
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();
        await world.CreateJobAsync(device);
        await world.Api.AskAsync("GET", "/api/v1/devices?search=%22%5C");

        var (status, text, answer) = await world.Anonymous.AskAsync("GET", "/metrics");

        status.Should().Be(200);
        answer.Content.Headers.ContentType!.ToString().Should().StartWith("text/plain; version=0.0.4");
        text.Should().Contain("deviceconsole_build_info{version=").And.Contain("http_server_request_duration_seconds_bucket{").And.Contain("deviceconsole_circuits 0")
            .And.Contain("db_client_").And.Contain("process_resident_memory_bytes ");
        text.Should().NotContain(world.Tenant.ToString()).And.NotContain(device);
        (await PromtoolAsync(text)).Should().Be((0, ""));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    [InlineData("/openapi.json")]
    [InlineData("/docs")]
    [InlineData("/docs/index.html")]
    [InlineData("/api/v1/devices")]
    [InlineData("/api/v1/jobs/events")]
    [InlineData("/hubs/live")]
    public async Task On_the_devices_port_there_is_none_of_it(string path)
    {
        using var client = new HttpClient { BaseAddress = world.App.DeviceAddress };

        (await client.AskAsync("GET", path)).Status.Should().Be(404);
    }

    private static async Task<(int Code, string Said)> PromtoolAsync(string text)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, said);
    }
}
