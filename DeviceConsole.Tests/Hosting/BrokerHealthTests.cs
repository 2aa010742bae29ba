using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Hosting;

/// <summary>A broker that is gone is told, and takes no node out of the balance: the other protocols go on.</summary>
public sealed class BrokerHealthTests
{
    [Fact]
    public async Task A_gateway_whose_broker_is_gone_is_degraded_and_ready()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = await RunningApp.StartAsync(database, ("Usp__Mqtt__Broker", "127.0.0.1"), ("Usp__Mqtt__Port", PostgresServer.FreePort().ToString(CultureInfo.InvariantCulture)));
        JsonNode health = null!;

        await JobWorld.UntilAsync(async () =>
        {
            health = JsonNode.Parse((await app.Http.AskAsync("GET", "/health")).Body)!;
            return health["status"]!.GetValue<string>() == "degraded";
        }, "the health is degraded", 40);

        var gone = health["parts"]!.AsArray().Single(p => !p!["healthy"]!.GetValue<bool>())!;
        gone["reason"]!.GetValue<string>().Should().NotBeEmpty();
        (await app.Http.AskAsync("GET", "/health/ready")).Status.Should().Be(200);
    }
}
