using System.Collections.Concurrent;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Gateway;

/// <summary>Sessions that ask for the next job while the last one's end is being written.</summary>
public sealed class HandOutTests : IAsyncLifetime
{
    private GatewayWorld world = null!;

    public async Task InitializeAsync() => world = await GatewayWorld.CreateAsync();

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_job_whose_end_is_being_written_is_not_handed_out_once_more()
    {
        const int jobs = 60;
        var tenant = await world.Jobs.Database.CreateTenantAsync("acme");
        var device = (await world.Jobs.CreateDevicesAsync(tenant, 1, CallInProtocol.Id))[0];
        var session = await world.OpenAsync("acme", device);
        for (var i = 0; i < jobs; i++) await world.EnqueueAsync(tenant, device);
        var handedOut = new ConcurrentQueue<Guid>();

        // As a module does that keeps asking: a cancelled job makes room for the next one.
        async Task AskAsync()
        {
            while (handedOut.Count < jobs)
            {
                if (await world.Gateway.NextWorkAsync(session, default) is not { } work) continue;
                handedOut.Enqueue(work.JobId);
                await world.Gateway.CompleteAsync(session, work, ProtocolOutcome.Success([], "done"), default);
            }
        }
        await Task.WhenAll(AskAsync(), AskAsync(), AskAsync()).WaitAsync(TimeSpan.FromSeconds(60));

        handedOut.Should().OnlyHaveUniqueItems().And.HaveCount(jobs);
    }
}
