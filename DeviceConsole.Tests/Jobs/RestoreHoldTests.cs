using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Scheduling;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Jobs;

/// <summary>deploy/restore.sh on what a restored database was about to do: nothing of it reaches a device before somebody says so.</summary>
public sealed class RestoreHoldTests : IAsyncLifetime
{
    private JobWorld world = null!;

    public async Task InitializeAsync() => world = await JobWorld.CreateAsync();

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Theory]
    [InlineData("--release", "They go on.", "completed completed failed")]
    [InlineData("--cancel-held", "The jobs are cancelled, the schedules go on.", "cancelled cancelled failed")]
    public async Task What_waited_or_ran_is_held_until_it_is_confirmed_and_what_must_not_be_repeated_fails(string word, string said, string ends)
    {
        var (tenant, devices) = await world.CreateTenantAsync(3);
        var schedules = new ScheduleService(world.Sources, world.Protocols, TimeProvider.System);
        var schedule = new ScheduleInput { Name = "Poll", Cron = "0 0 3 * * ?", Protocol = ScriptedProtocol.Id, Operation = "get", Arguments = ScriptedProtocol.Path(), DeviceIds = [devices[0]] };
        (await schedules.CreateAsync(JobWorld.Admin(tenant), schedule, default)).IsSuccess.Should().BeTrue();
        var jobs = new List<Guid>();
        foreach (var device in devices) jobs.Add((await world.EnqueueAsync(tenant, JobWorld.Get(device))).Id);
        await RunOnALostWorkerAsync(jobs[1], idempotent: true);
        await RunOnALostWorkerAsync(jobs[2], idempotent: false);
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        world.Scripted.Execute = (_, _, arguments, _) =>
        {
            asked.Enqueue(arguments["path"]!.GetValue<string>());
            return Task.FromResult(ProtocolOutcome.Success([], "Done."));
        };

        (await RunAsync("--hold")).Should().Contain("2 jobs and 1 schedules are held.");
        await using var node = await JobNode.StartAsync(world);
        var later = new List<Guid>();
        foreach (var device in devices) later.Add((await node.Service.EnqueueAsync(JobWorld.Admin(tenant), JobWorld.Get(device, "later.one"), default)).Value.Id);
        await JobWorld.UntilAsync(async () => await StatesAsync(later) == "completed completed completed", "what is asked for after the restore is done, at the same devices", 40);
        asked.Should().HaveCount(3).And.OnlyContain(path => path == "later.one", "nothing that was held was asked");
        (await StatesAsync(jobs)).Should().Be("queued queued failed");
        (await world.Database.ScalarAsync<string>("SELECT fault->>'message' FROM jobs WHERE id = $1", jobs[2])).Should().Contain("look at the device before you run it again");
        (await world.Database.ScalarAsync<bool>("SELECT enabled FROM schedules")).Should().BeFalse();
        (await RunAsync("--held")).Should().Contain("2 jobs and 1 schedules are held.");

        (await RunAsync(word)).Should().Contain(said);

        await JobWorld.UntilAsync(async () => await StatesAsync(jobs) == ends, "they end as it was said", 40);
        (await world.Database.ScalarAsync<bool>("SELECT enabled FROM schedules")).Should().BeTrue();
        asked.Count(path => path == "a.b").Should().Be(word == "--release" ? 2 : 0);
        await Invariants.CheckAsync(world.Database);
    }

    private async Task RunOnALostWorkerAsync(Guid job, bool idempotent)
    {
        await world.Database.ExecuteAsync("UPDATE jobs SET state = 'running', worker = gen_random_uuid(), attempt = 1, started_at = now(), idempotent = $2 WHERE id = $1", job, idempotent);
        await world.Database.ExecuteAsync("UPDATE lanes l SET running = j.id FROM jobs j WHERE j.id = $1 AND j.device_id = l.device_id", job);
        await world.Database.ExecuteAsync("INSERT INTO job_transitions (tenant_id, job_id, state, attempt, reason) SELECT tenant_id, id, 'running', 1, 'Taken before the backup.' FROM jobs WHERE id = $1", job);
    }

    private Task<string> StatesAsync(List<Guid> jobs) => world.Database.ScalarAsync<string>("SELECT string_agg(j.state, ' ' ORDER BY x.n) FROM unnest($1::uuid[]) WITH ORDINALITY x(id, n) JOIN jobs j USING (id)", jobs.ToArray());

    private async Task<string> RunAsync(string word)
    {
        var (code, output) = await Script.RunAsync("deploy/restore.sh", [word], new() { ["ConnectionStrings__Restore"] = world.Database.SuperuserConnectionString });
        code.Should().Be(0, output);
        return output;
    }
}
