using System.Net;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Hosting;

public sealed class StopWithoutDatabaseTests
{
    [Fact]
    public async Task An_application_whose_database_is_away_ends_when_it_is_told_to()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var app = await RunningApp.StartAsync(await server.CreateDatabaseAsync());
        await server.StopImmediatelyAsync();
        await JobWorld.UntilAsync(async () => (await app.Http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable, "the application knows that its database is away", 60);

        (await app.StopAsync()).Should().Be(0, "of what it says: {0}", app.Log);

        app.Log.Split('\n').Count(line => line.Contains("Jobs cannot be claimed", StringComparison.Ordinal)).Should().BeLessThan(20, "it asks again after a pause");
    }
}
