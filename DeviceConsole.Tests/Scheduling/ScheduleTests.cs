using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Scheduling;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Scheduling;

public sealed class ScheduleTests : IAsyncLifetime
{
    private JobWorld world = null!;
    private Guid tenant;
    private Guid[] devices = [];

    public async Task InitializeAsync()
    {
        world = await JobWorld.CreateAsync();
        (tenant, devices) = await world.CreateTenantAsync(3);
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    private ScheduleInput Every(string cron) => new()
    {
        Name = "Poll", Cron = cron, Protocol = ScriptedProtocol.Id, Operation = "get", Arguments = ScriptedProtocol.Path(), DeviceIds = devices,
    };

    private ScheduleService Service => new(world.Sources, world.Protocols, TimeProvider.System);

    [Fact]
    public async Task A_schedule_is_created_changed_and_deleted_and_all_of_it_is_audited()
    {
        var caller = JobWorld.Admin(tenant);
        var made = (await Service.CreateAsync(caller, Every("every 5 minutes"), default)).Value;
        made.NextRuns.Should().HaveCount(5).And.BeInAscendingOrder();
        made.Description.Should().Be("get a.b");
        var changed = (await Service.UpdateAsync(caller, made.Id, made.Schedule with { Enabled = false }, default)).Value;
        (changed.Revision, changed.NextRuns.Count).Should().Be((made.Revision + 1, 0));
        (await Service.ListAsync(caller, default)).Should().ContainSingle();
        (await Service.DeleteAsync(caller, made.Id, default)).IsSuccess.Should().BeTrue();
        (await Service.GetAsync(caller, made.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Database.ScalarAsync<string>("SELECT string_agg(action, ' ' ORDER BY at) FROM audit")).Should().Be("schedule.create schedule.update schedule.delete");
    }

    [Fact]
    public async Task Wrong_input_gets_sentences_and_missing_rights_are_told()
    {
        var caller = JobWorld.Admin(tenant);
        var problem = (await Service.CreateAsync(caller, new ScheduleInput { Cron = "x", TimeZone = "UTC", Protocol = "nope" }, default)).Problem!;
        problem.Errors.Select(e => e.Field).Should().BeEquivalentTo("name", "cron", "deviceIds", "protocol");
        (await Service.CreateAsync(caller, Every("daily") with { TimeZone = "Nowhere" }, default)).Problem!.Errors.Should().ContainSingle(e => e.Field == "timeZone");
        (await Service.CreateAsync(caller, Every("daily") with { DeviceIds = [Guid.NewGuid()] }, default)).Problem!.Errors.Should().ContainSingle(e => e.Field == "deviceIds");
        (await Service.CreateAsync(TestDatabase.CallerOf(tenant, Roles.Viewer), Every("daily"), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        var other = JobWorld.Admin(await world.Database.CreateTenantAsync());
        var made = (await Service.CreateAsync(caller, Every("daily"), default)).Value;
        (await Service.GetAsync(other, made.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await Service.ListAsync(other, default)).Should().BeEmpty();
        (await Service.ListAsync(caller with { Scope = DeviceScope.Of([devices[0]]) }, default)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_slot_fires_once_however_many_ask()
    {
        await using var node = await JobNode.StartAsync(world, o => o.WorkerEnabled = false);
        var made = (await Service.CreateAsync(JobWorld.Admin(tenant), Every("daily"), default)).Value;
        var slot = DateTimeOffset.UtcNow;
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.Slots.FireAsync(tenant, made.Id, slot, default)));
        results.Count(r => r == 3).Should().Be(1);
        results.Count(r => r is null).Should().Be(7);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE schedule_id = $1", made.Id)).Should().Be(3);
        (await node.Slots.FireAsync(tenant, made.Id, slot.AddMinutes(1), default)).Should().Be(3);
        await Invariants.CheckAsync(world.Database, 6);
    }

    [Fact]
    public async Task A_schedule_whose_device_is_gone_says_so_and_runs_for_the_others()
    {
        await using var node = await JobNode.StartAsync(world, o => o.WorkerEnabled = false);
        var made = (await Service.CreateAsync(JobWorld.Admin(tenant), Every("daily"), default)).Value;
        await world.Database.ExecuteAsync("DELETE FROM devices WHERE id = $1", devices[0]);
        (await node.Slots.FireAsync(tenant, made.Id, DateTimeOffset.UtcNow, default)).Should().Be(2);
        (await Service.GetAsync(JobWorld.Admin(tenant), made.Id, default)).Value.LastError.Should().StartWith("1 of 3 devices are gone");
    }

    [Fact]
    public async Task Two_clocks_fire_each_slot_once_and_the_workers_run_its_jobs()
    {
        await using var one = await JobNode.StartAsync(world, clock: true);
        await using var two = await JobNode.StartAsync(world, clock: true);
        var made = (await one.Schedules.CreateAsync(JobWorld.Admin(tenant), Every("0/10 * * * * ?"), default)).Value;
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM schedule_slots WHERE schedule_id = $1", made.Id) >= 2, "two slots fire", 60);
        (await two.Schedules.UpdateAsync(JobWorld.Admin(tenant), made.Id, made.Schedule with { Enabled = false }, default)).IsSuccess.Should().BeTrue();
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM quartz.qrtz_triggers WHERE trigger_group = 'schedules'") == 0, "the clock forgets it", 40);
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state <> 'completed'") == 0, "its jobs run", 30);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM (SELECT slot FROM jobs GROUP BY slot HAVING count(*) <> 3) x")).Should().Be(0);
        (await world.Database.ScalarAsync<bool>("SELECT bool_and(extract(second FROM slot)::integer % 10 = 0) FROM schedule_slots")).Should().BeTrue();
        await Invariants.CheckAsync(world.Database);
    }

    [Fact]
    public async Task The_clock_takes_back_the_jobs_of_a_lost_worker()
    {
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        await world.Database.ExecuteAsync("UPDATE jobs SET state = 'running', worker = gen_random_uuid(), attempt = 1, started_at = now()");
        await world.Database.ExecuteAsync("UPDATE lanes SET running = $1", job.Id);
        await using var node = await JobNode.StartAsync(world, clock: true);
        await JobWorld.UntilAsync(async () => (await world.JobAsync(tenant, job.Id)).State == JobState.Completed, "it runs again", 40);
        (await world.JobAsync(tenant, job.Id)).Attempt.Should().Be(2);
        await Invariants.CheckAsync(world.Database, 1);
    }
}
