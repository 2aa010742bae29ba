using System.Diagnostics;
using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Tests.Jobs.Faults;

/// <summary>F1, F2, F3: what happens to a worker's process.</summary>
public sealed class ProcessFaultTests : IAsyncLifetime
{
    private JobWorld world = null!;

    public async Task InitializeAsync() => world = await JobWorld.CreateAsync();

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task F1_workers_are_killed_in_the_middle_and_nothing_is_lost()
    {
        const int Slots = 16, Lease = 2_000;
        var jobs = FaultSizes.Of(600, 10_000);
        var kills = FaultSizes.Of(3, 8);
        var (tenant, devices) = await world.CreateTenantAsync(100);
        await world.Database.ExecuteAsync("CREATE TABLE ended_jobs (LIKE jobs)");
        for (var i = 0; i < jobs; i += 200)
            await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. Enumerable.Range(i, 200).Select(n => JobWorld.Get(devices[n % 100]) with { MaxAttempts = 50 })], default);

        await using var clock = await JobNode.StartAsync(world, o => o.WorkerEnabled = false, clock: true);
        var underWay = new HashSet<string>();
        var worker = await WorkerProcess.StartAsync(world.Database.AppConnectionString, Slots, 40, Lease);
        for (var kill = 0; kill < kills; kill++)
        {
            await JobWorld.UntilAsync(async () => await CountAsync("state = 'running'") > 0, "the worker works", 30);
            await Task.Delay(Random.Shared.Next(200, FaultSizes.Of(600, 7_000)));
            await KillAsync(worker, underWay);
            await worker.DisposeAsync();
            worker = await WorkerProcess.StartAsync(world.Database.AppConnectionString, Slots, 40, Lease);
        }
        await JobWorld.UntilAsync(async () => await CountAsync("finished_at IS NULL") == 0, "everything is drained within the lease and a minute", FaultSizes.Of(62, 600));
        await worker.DisposeAsync();
        (await CountAsync("state = 'completed'")).Should().Be(jobs);
        (await world.Database.ScalarAsync<long>("SELECT sum(attempt - 1) FROM jobs")).Should().BeLessThanOrEqualTo(underWay.Count, "only what was under way is repeated");
        await Invariants.CheckFinalAsync(world.Database);
        await Invariants.CheckAsync(world.Database, jobs);
    }

    [Fact]
    public async Task F1_a_worker_that_takes_what_it_enqueues_is_killed_in_the_middle_and_nothing_acknowledged_is_lost()
    {
        const int Slots = 16, Lease = 2_000;
        var kills = FaultSizes.Of(2, 8);
        var (tenant, _) = await world.CreateTenantAsync(60);
        await world.Database.ExecuteAsync("CREATE TABLE ended_jobs (LIKE jobs)");
        await world.Database.ExecuteAsync("INSERT INTO lanes (tenant_id, device_id) SELECT tenant_id, id FROM devices");
        await using var clock = await JobNode.StartAsync(world, o => o.WorkerEnabled = false, clock: true);
        var acknowledged = new List<Guid>();
        var underWay = new HashSet<string>();
        for (var kill = 0; kill < kills; kill++)
        {
            await using var worker = await WorkerProcess.StartAsync(world.Database.AppConnectionString, Slots, 40, Lease, enqueues: tenant);
            // Killed while it runs what it was handed.
            await JobWorld.UntilAsync(async () => await CountAsync("state = 'completed' AND revision = 1") > 20 * (kill + 1), "jobs are handed over", 60);
            await JobWorld.UntilAsync(async () => await CountAsync("state = 'running' AND revision = 0") > 0, "one of them runs");
            await KillAsync(worker, underWay);
            acknowledged.AddRange(await worker.AcknowledgedAsync());
        }
        await using var last = await WorkerProcess.StartAsync(world.Database.AppConnectionString, Slots, 40, Lease);
        await JobWorld.UntilAsync(async () => await CountAsync("finished_at IS NULL") == 0, "everything is drained within the lease and a minute", 62);
        (await CountAsync("state <> 'completed'")).Should().Be(0);
        acknowledged.Should().NotBeEmpty();
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE id = ANY ($1)", acknowledged.ToArray())).Should().Be(acknowledged.Count);
        (await world.Database.ScalarAsync<long>("SELECT sum(attempt - 1) FROM jobs")).Should().BeLessThanOrEqualTo(underWay.Count, "only what was under way is repeated");
        await Invariants.CheckFinalAsync(world.Database);
        await Invariants.CheckAsync(world.Database);
    }

    [Fact]
    public async Task F2_a_worker_that_is_asked_to_stop_gives_its_jobs_back_unburnt()
    {
        var (tenant, devices) = await world.CreateTenantAsync(8);
        await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select(d => JobWorld.Get(d))], default);
        await using var worker = await WorkerProcess.StartAsync(world.Database.AppConnectionString, 4, 60_000, 5_000);
        await JobWorld.UntilAsync(async () => await CountAsync("state = 'running'") == 4, "four run");
        // All its slots are taken: what it claims from here on, it claims while it stops.
        var claimed = await world.Database.ScalarAsync<DateTime>("SELECT max(started_at) FROM jobs");
        await worker.SignalAsync("TERM");
        (await worker.WaitAsync(TimeSpan.FromSeconds(60))).Should().Be(0);
        (await world.Database.ScalarAsync<DateTime>("SELECT max(started_at) FROM jobs")).Should().Be(claimed, "nothing is claimed after it was asked");
        (await CountAsync("state = 'queued' AND attempt = 0")).Should().Be(8);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM workers")).Should().Be(0, "the lease was given up");
        await Invariants.CheckAsync(world.Database, 8);
    }

    [Fact]
    public async Task F3_a_worker_that_slept_through_its_lease_changes_nothing_when_it_wakes()
    {
        // Long enough to be put to sleep in the middle of it, also by a machine that is busy with others.
        const int Run = 5_000;
        var (tenant, devices) = await world.CreateTenantAsync(4);
        await using var zombie = await WorkerProcess.StartAsync(world.Database.AppConnectionString, 8, Run, 2_500, "zombie");
        var ids = (await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select(d => JobWorld.Get(d))], default)).Value;
        await JobWorld.UntilAsync(async () => await CountAsync("state = 'running'") == 4, "all run");
        var slept = Stopwatch.StartNew();
        await zombie.SignalAsync("STOP");
        world.Scripted.Execute = (_, _, _, _) => Task.FromResult(ScriptedProtocol.Answer("a.b", "second"));
        await using var second = await JobNode.StartAsync(world, clock: true);
        await JobWorld.UntilAsync(async () => await CountAsync("state = 'completed'") == 4, "another worker completes them", 40);
        await second.StopAsync();
        await Invariants.RememberEndedAsync(world.Database);
        var lives = await world.Database.ScalarAsync<long>("SELECT count(*) FROM workers");

        await JobWorld.UntilAsync(() => Task.FromResult(slept.ElapsedMilliseconds > Run), "its own executions are due: they end when it wakes");
        await zombie.SignalAsync("CONT");
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM workers") > lives, "the zombie takes a new id");
        await Invariants.CheckFinalAsync(world.Database);
        (await world.Database.ScalarAsync<string>("SELECT string_agg(DISTINCT value, ',') FROM parameters")).Should().Be("second");
        var next = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        await JobWorld.UntilAsync(async () => (await world.JobAsync(tenant, next.Id)).State == JobState.Completed, "it works again under its new id");
        ids.Should().HaveCount(4);
        await Invariants.CheckAsync(world.Database, 5);
    }

    // What a dead worker had begun and not written down, its ends that were on their way included, stands as running until its lease has run out: ids with attempts.
    private async Task KillAsync(WorkerProcess worker, HashSet<string> underWay)
    {
        await Invariants.RememberEndedAsync(world.Database);
        await worker.SignalAsync("KILL");
        await worker.WaitAsync(TimeSpan.FromSeconds(30));
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()") == 0, "what it had sent is over");
        underWay.UnionWith(await world.Database.ScalarAsync<string[]>("SELECT coalesce(array_agg(id || ':' || attempt), '{}') FROM jobs WHERE state = 'running'"));
    }

    private Task<long> CountAsync(string where) => world.Database.ScalarAsync<long>($"SELECT count(*) FROM jobs WHERE {where}");
}
