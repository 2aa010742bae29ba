using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Gateway;

/// <summary>Work that is put aside while the database is slow and something else happens to it.</summary>
public sealed class ParkingTests : IAsyncLifetime
{
    private GatewayWorld world = null!;
    private Guid tenant;
    private Guid device;

    public async Task InitializeAsync()
    {
        world = await GatewayWorld.CreateAsync();
        tenant = await world.Jobs.Database.CreateTenantAsync("acme");
        device = (await world.Jobs.CreateDevicesAsync(tenant, 1, CallInProtocol.Id))[0];
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_look_for_work_that_comes_first_does_not_hand_it_out_once_more()
    {
        var (session, work) = await TakeAsync();
        await using var lane = await HeldLane.HoldAsync(world.Jobs.Database, device);
        var next = world.Gateway.NextWorkAsync(session, default);
        await lane.UntilWaitingAsync(1);
        var park = world.Gateway.ParkAsync(session, work, Parked(), default);
        await lane.ReleaseAsync();

        (await next).Should().BeNull("the device already works on it");
        (await park).Should().BeTrue();
        var resumed = (await world.Gateway.ResumeAsync(session, "key", default))!;
        (await world.Gateway.CompleteAsync(session, resumed, ProtocolOutcome.Success([], "Done."), default)).Should().BeTrue();
        (await world.Jobs.JobAsync(tenant, work.JobId)).State.Should().Be(JobState.Completed);
        await Invariants.CheckAsync(world.Jobs.Database, 1);
    }

    [Fact]
    public async Task A_job_that_is_cancelled_meanwhile_is_not_put_aside_and_ends_as_cancelled()
    {
        var (session, work) = await TakeAsync();
        await using var lane = await HeldLane.HoldAsync(world.Jobs.Database, device);
        var park = world.Gateway.ParkAsync(session, work, Parked(), default);
        await lane.UntilWaitingAsync(1);
        await world.Jobs.Database.ExecuteAsync("UPDATE jobs SET cancel_requested = true WHERE id = $1", work.JobId);
        await lane.ReleaseAsync();

        (await park).Should().BeFalse();
        await world.Jobs.Service.CancelAsync(JobWorld.Admin(tenant), work.JobId, default);
        await JobWorld.UntilAsync(async () => (await world.Jobs.JobAsync(tenant, work.JobId)).State == JobState.Cancelled, "it is cancelled");
        (await world.Gateway.ResumeAsync(session, "key", default)).Should().BeNull();
    }

    [Fact]
    public async Task A_session_that_begins_meanwhile_finds_it_put_aside()
    {
        var (session, work) = await TakeAsync();
        await using var lane = await HeldLane.HoldAsync(world.Jobs.Database, device);
        var park = world.Gateway.ParkAsync(session, work, Parked(), default);
        await lane.UntilWaitingAsync(1);
        var opening = world.OpenAsync("acme", device);
        await lane.ReleaseAsync();

        (await park).Should().BeTrue();
        var later = await opening;
        (await world.Gateway.ResumeAsync(session, "key", default)).Should().BeNull("that session is not the device's any more");
        (await world.Gateway.RaiseEventAsync(session, "told", "Told by the older session.", null, default)).Should().BeFalse();
        (await world.Gateway.ResumeAsync(later, "key", default))!.JobId.Should().Be(work.JobId);
    }

    [Fact]
    public async Task What_was_said_until_then_is_kept_with_the_job()
    {
        var (session, work) = await TakeAsync();
        await world.Gateway.ParkAsync(session, work, Parked() with { Trace = [new(DateTimeOffset.UtcNow, TraceDirection.Out, "Download", "")] }, default);

        var trace = (await world.Node.Sessions.TraceOfJobAsync(JobWorld.Admin(tenant), work.JobId, default)).Value.Should().ContainSingle().Subject;
        (trace.Attempt, trace.SessionId, trace.Entries.Single().Title).Should().Be((1, session.Id, "Download"));
    }

    private static ParkedWork Parked() => new("key", "The device works on it.", DateTimeOffset.UtcNow.AddHours(1));

    private async Task<(DeviceSession Session, SessionWork Work)> TakeAsync()
    {
        await world.EnqueueAsync(tenant, device);
        var session = await world.OpenAsync("acme", device);
        return (session, (await world.Gateway.NextWorkAsync(session, default))!);
    }
}
