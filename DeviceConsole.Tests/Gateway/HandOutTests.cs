using System.Collections.Concurrent;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

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

    [Fact]
    public async Task A_job_that_is_handed_out_as_its_device_leaves_goes_back_without_an_attempt()
    {
        var tenant = await world.Jobs.Database.CreateTenantAsync("acme");
        var device = (await world.Jobs.CreateDevicesAsync(tenant, 1, CallInProtocol.Id))[0];
        var session = await world.OpenAsync("acme", device);
        var job = (await world.EnqueueAsync(tenant, device)).Id;
        using var left = new CancellationTokenSource();
        await using var lane = await HeldLane.HoldAsync(world.Jobs.Database, device);
        var next = world.Gateway.NextWorkAsync(session, left.Token);
        await lane.UntilWaitingAsync(1);

        await left.CancelAsync();
        await lane.ReleaseAsync();

        (await next).Should().BeNull("nobody is left who could ask the device");
        var back = await world.Jobs.JobAsync(tenant, job);
        (back.State, back.Attempt).Should().Be((JobState.Queued, 0));
        var later = await world.OpenAsync("acme", device);
        SessionWork? work = null;
        await JobWorld.UntilAsync(async () => (work = await world.Gateway.NextWorkAsync(later, default)) is not null, "it is handed out in the next session");
        (work!.JobId, work.Attempt).Should().Be((job, 1));
        await Invariants.CheckAsync(world.Jobs.Database, 1);
    }
}
