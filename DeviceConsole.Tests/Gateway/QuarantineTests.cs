using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Gateway;

/// <summary>Devices that vanish in the middle of a job: the attempt counts, and a task that a model does not stand is stopped for it.</summary>
public sealed class QuarantineTests : IAsyncLifetime
{
    private GatewayWorld world = null!;
    private Guid tenant;
    private Guid[] devices = [];
    private QuarantineService quarantine = null!;

    public async Task InitializeAsync()
    {
        world = await GatewayWorld.CreateAsync();
        tenant = await world.Jobs.Database.CreateTenantAsync("acme");
        devices = [.. await world.Jobs.CreateDevicesAsync(tenant, 2, CallInProtocol.Id)];
        quarantine = new QuarantineService(world.Jobs.Database.Sources);
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_device_that_vanishes_at_every_try_ends_its_job_with_a_sentence()
    {
        var job = (await EnqueueAsync(devices[0], attempts: 2)).Id;
        for (var attempt = 1; attempt <= 2; attempt++) await VanishAsync(devices[0]);
        var ended = await world.Jobs.JobAsync(tenant, job);
        (ended.State, ended.Attempt, ended.Fault!.Code, ended.Fault.Detail).Should().Be((JobState.Failed, 2, FaultCodes.DeviceVanished, "The device hung up."));
        await Invariants.CheckAsync(world.Jobs.Database, 1);
    }

    [Fact]
    public async Task A_task_during_which_a_model_vanishes_again_and_again_is_stopped_for_it_until_it_is_released()
    {
        for (var i = 0; i < 5; i++)
        {
            await EnqueueAsync(devices[0], attempts: 1);
            await VanishAsync(devices[0]);
        }
        var task = (await quarantine.ListAsync(JobWorld.Admin(tenant), default)).Value.Should().ContainSingle().Subject;
        (task.Strikes, task.Model, task.StoppedAt is null, task.LastReason).Should().Be((5, new DeviceModel("Acme", "Box 1", ""), false, "The device hung up."));
        (await world.Jobs.Database.ScalarAsync<string>("SELECT string_agg(kind, ',') FROM device_events")).Should().Be("task-quarantined");

        // Another device of the model does not get it either; another task runs.
        var stopped = (await EnqueueAsync(devices[1], attempts: 3)).Id;
        var other = (await EnqueueAsync(devices[1], attempts: 3, path: "other")).Id;
        var session = await world.OpenAsync("acme", devices[1]);
        var work = (await world.Gateway.NextWorkAsync(session, default))!;
        work.JobId.Should().Be(other);
        await world.Gateway.CompleteAsync(session, work, ProtocolOutcome.Success([], "done"), default);
        var refused = await world.Jobs.JobAsync(tenant, stopped);
        (refused.State, refused.Fault!.Code).Should().Be((JobState.Failed, FaultCodes.TaskQuarantined));
        refused.Fault.Message.Should().Contain("Acme Box 1").And.Contain("5 times");

        var stranger = await world.Jobs.Database.CreateTenantAsync("globex");
        (await quarantine.ReleaseAsync(JobWorld.Admin(stranger), task.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await quarantine.ReleaseAsync(JobWorld.Admin(tenant), task.Id, default)).IsSuccess.Should().BeTrue();
        var again = (await EnqueueAsync(devices[1], attempts: 3)).Id;
        (await world.Gateway.NextWorkAsync(session, default))!.JobId.Should().Be(again);
    }

    [Fact]
    public async Task What_the_console_breaks_off_is_nobodys_strike()
    {
        await EnqueueAsync(devices[0], attempts: 3);
        var session = await world.OpenAsync("acme", devices[0]);
        await world.Gateway.NextWorkAsync(session, default);
        await world.Gateway.CloseSessionAsync(session, "The console was stopped.", false, default);
        (await quarantine.ListAsync(JobWorld.Admin(tenant), default)).Value.Should().BeEmpty();
    }

    private Task<JobView> EnqueueAsync(Guid device, int attempts, string path = "a.b") =>
        world.Jobs.EnqueueAsync(tenant, new JobRequest(device, CallInProtocol.Id, "get", ScriptedProtocol.Path(path)) { MaxAttempts = attempts });

    // A repeated attempt comes after a pause.
    private async Task VanishAsync(Guid device)
    {
        DeviceSession? session = null;
        await JobWorld.UntilAsync(async () => await world.Gateway.NextWorkAsync(session = await world.OpenAsync("acme", device), default) is not null, "the job is handed out");
        await world.Gateway.CloseSessionAsync(session!, "The device hung up.", true, default);
    }
}
