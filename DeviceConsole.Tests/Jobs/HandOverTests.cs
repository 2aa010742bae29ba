using System.Collections.Concurrent;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Jobs.Faults;
using Npgsql;

namespace DeviceConsole.Tests.Jobs;

/// <summary>Jobs that the node which enqueues them takes at once.</summary>
public sealed class HandOverTests : IAsyncLifetime
{
    // Inserted as running: a claim, and every other change of state, raises the revision.
    private const string Handed = "SELECT count(*) FROM jobs WHERE attempt = 1 AND (state = 'running' AND revision = 0 OR state = 'completed' AND revision = 1)";

    private JobWorld world = null!;
    private Guid tenant;
    private Guid[] devices = [];

    public async Task InitializeAsync()
    {
        world = await JobWorld.CreateAsync();
        (tenant, devices) = await world.CreateTenantAsync(20);
        await world.Database.ExecuteAsync("INSERT INTO lanes (tenant_id, device_id) SELECT tenant_id, id FROM devices");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Jobs_of_free_devices_start_in_the_statement_that_enqueues_them_and_have_the_whole_time_line()
    {
        await using var node = await ReadyAsync();
        var ids = (await node.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select(d => JobWorld.Get(d))], default)).Value;
        await AllEndedAsync(20);
        (await world.Database.ScalarAsync<long>(Handed)).Should().Be(20);
        foreach (var id in ids)
        {
            var detail = (await world.Service.GetAsync(JobWorld.Admin(tenant), id, default)).Value;
            detail.Job.State.Should().Be(JobState.Completed);
            detail.Transitions.Select(t => t.State).Should().Equal(JobState.Queued, JobState.Running, JobState.Completed);
        }
        await Invariants.CheckAsync(world.Database, 20);
    }

    [Fact]
    public async Task The_first_job_of_a_device_goes_through_the_queue_and_ends_as_well()
    {
        await world.Database.ExecuteAsync("DELETE FROM lanes WHERE device_id = $1", devices[7]);
        await using var node = await ReadyAsync();
        await node.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select(d => JobWorld.Get(d))], default);
        await AllEndedAsync(20);
        await Invariants.CheckAsync(world.Database, 20);
    }

    [Fact]
    public async Task A_busy_device_gets_its_next_job_after_the_one_that_runs()
    {
        var release = new TaskCompletionSource();
        var order = new ConcurrentQueue<string>();
        world.Scripted.Execute = async (_, _, arguments, _) =>
        {
            order.Enqueue(arguments["path"]!.GetValue<string>());
            await release.Task;
            return ProtocolOutcome.Success([], "Done.");
        };
        await using var node = await ReadyAsync();
        await node.Service.EnqueueAsync(JobWorld.Admin(tenant), JobWorld.Get(devices[0], "first"), default);
        await JobWorld.UntilAsync(() => Task.FromResult(order.Count == 1), "the first runs");
        var second = (await node.Service.EnqueueAsync(JobWorld.Admin(tenant), JobWorld.Get(devices[0], "second"), default)).Value;
        second.State.Should().Be(JobState.Queued);
        await node.Service.EnqueueAsync(JobWorld.Admin(tenant), JobWorld.Get(devices[0], "urgent") with { Priority = JobPriority.Urgent }, default);
        await Invariants.CheckAsync(world.Database, 3);
        release.SetResult();
        await AllEndedAsync(3);
        order.Should().Equal("first", "urgent", "second");
        await Invariants.CheckAsync(world.Database, 3);
    }

    [Fact]
    public async Task What_waits_already_is_not_overtaken()
    {
        var release = new TaskCompletionSource();
        var order = new ConcurrentQueue<string>();
        world.Scripted.Execute = async (_, _, arguments, _) =>
        {
            order.Enqueue(arguments["path"]!.GetValue<string>());
            await release.Task;
            return ProtocolOutcome.Success([], "Done.");
        };
        await using var node = await ReadyAsync(slots: 1);
        await node.Service.EnqueueAsync(JobWorld.Admin(tenant), JobWorld.Get(devices[0], "0"), default);
        await JobWorld.UntilAsync(() => Task.FromResult(order.Count == 1), "the first runs");
        for (var i = 1; i < 6; i++) await node.Service.EnqueueAsync(JobWorld.Admin(tenant), JobWorld.Get(devices[i], $"{i}"), default);
        release.SetResult();
        await AllEndedAsync(6);
        order.Should().Equal("0", "1", "2", "3", "4", "5");
        await Invariants.CheckAsync(world.Database, 6);
    }

    [Theory]
    [InlineData("UPDATE tenants SET status = 'suspended'")]
    [InlineData("UPDATE workers SET lease_until = now() - interval '1 s'")]
    // Later than this test: a lane that is due would be looked at, and cleared, by the node itself.
    [InlineData("UPDATE lanes SET next_at = now() + interval '10 min'")]
    public async Task Nothing_is_handed_over_where_a_claim_would_take_nothing_or_something_else(string change)
    {
        await using var node = await ReadyAsync(lease: TimeSpan.FromMinutes(10));
        var job = new NewJob(JobId.Next(), JobWorld.Get(devices[0]), false, true, TimeSpan.FromSeconds(5));
        using (var handed = await ReserveAsync(node, job))
        {
            await world.Database.ExecuteAsync(change);
            (await InsertAsync(job, handed)).Should().BeEmpty();
            handed.Release();
        }
        (await world.Database.ScalarAsync<string>("SELECT string_agg(state, ',' ORDER BY at) FROM job_history WHERE job_id = $1 AND state <> 'completed'", job.Id)).Should().StartWith("queued");
        (await world.Database.ScalarAsync<long>(Handed)).Should().Be(0);
    }

    [Fact]
    public async Task A_job_whose_commit_was_never_heard_of_goes_back_to_the_queue_and_runs_once()
    {
        var executions = 0;
        world.Scripted.Execute = (_, _, _, _) =>
        {
            Interlocked.Increment(ref executions);
            return Task.FromResult(ProtocolOutcome.Success([], "Done."));
        };
        await using var node = await ReadyAsync();
        var job = new NewJob(JobId.Next(), JobWorld.Get(devices[0]), false, true, TimeSpan.FromSeconds(5));
        using (var handed = await ReserveAsync(node, job)) (await InsertAsync(job, handed)).Should().Equal(job.Id);
        await AllEndedAsync(1);
        executions.Should().Be(1);
        (await world.JobAsync(tenant, job.Id)).Attempt.Should().Be(1);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM job_history WHERE state = 'running'")).Should().Be(2);
        await Invariants.CheckAsync(world.Database, 1);
    }

    [Fact]
    public async Task A_stop_in_the_middle_gives_handed_jobs_back_without_a_burnt_attempt()
    {
        world.Scripted.Execute = async (_, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ProtocolOutcome.Success([], "Never.");
        };
        await using var node = await ReadyAsync();
        await node.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select(d => JobWorld.Get(d))], default);
        (await world.Database.ScalarAsync<long>(Handed)).Should().Be(20);
        await node.StopAsync();
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state = 'queued' AND attempt = 0")).Should().Be(20);
        await Invariants.CheckAsync(world.Database, 20);
    }

    [Fact]
    public async Task An_attempt_that_was_taken_back_and_begun_again_cannot_be_ended_by_the_first_one()
    {
        await using var node = await JobNode.StartAsync(world, o =>
        {
            o.WorkerEnabled = false;
            o.Lease = TimeSpan.FromMinutes(10);
            o.Heartbeat = TimeSpan.FromMinutes(5);
        });
        var lease = await node.Lease.WaitAsync(default);
        await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        await world.EnqueueAsync(tenant, JobWorld.Get(devices[1]));
        var first = await node.Claims.TakeAsync(lease, 10, [], default);
        await world.Database.ExecuteAsync("UPDATE workers SET lease_until = now() - interval '1 s'");
        (await node.Sweeps.RescueAsync(default)).Should().Be(2);
        await world.Database.ExecuteAsync("UPDATE workers SET lease_until = now() + interval '10 min'; UPDATE jobs SET run_at = now(); UPDATE lanes SET next_at = now() WHERE next_at IS NOT NULL");
        var again = await node.Claims.TakeAsync(lease, 1, [], default);
        // One of the two lanes runs the same job under a newer attempt; the other's job waits. Neither is ended by the old attempts.
        var ends = await Task.WhenAll(first.Select(j => node.Writer.WriteAsync(j.End(ScriptedProtocol.Answer("a.b", "old")))));
        ends.Should().Equal(false, false);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM job_results")).Should().Be(0);
        await Invariants.CheckAsync(world.Database, 2);
        (await node.Writer.WriteAsync(again[0].End(ScriptedProtocol.Answer("a.b", "new")))).Should().BeTrue();
        await Invariants.CheckAsync(world.Database, 2);
    }

    [Fact]
    public async Task Two_nodes_that_enqueue_for_the_same_devices_run_each_job_once_and_one_at_a_time()
    {
        var busy = new ConcurrentDictionary<Guid, int>();
        var together = 0;
        var executions = new ConcurrentDictionary<string, int>();
        world.Scripted.Execute = async (target, _, arguments, token) =>
        {
            if (busy.AddOrUpdate(target.DeviceId, 1, static (_, n) => n + 1) > 1) Interlocked.Increment(ref together);
            executions.AddOrUpdate(arguments["path"]!.GetValue<string>(), 1, static (_, n) => n + 1);
            await Task.Delay(2, token);
            busy.AddOrUpdate(target.DeviceId, 0, static (_, n) => n - 1);
            return ScriptedProtocol.Answer("a.b", "1");
        };
        await using var one = await ReadyAsync();
        await using var two = await ReadyAsync();
        var rounds = FaultSizes.Of(15, 300);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(p => Task.Run(async () =>
        {
            for (var round = 0; round < rounds; round++)
            {
                var chosen = Random.Shared.GetItems(devices, 8).Distinct().Select((d, i) => JobWorld.Get(d, $"p{p}r{round}n{i}")).ToList();
                while (chosen.Count < 4) chosen = [.. Random.Shared.GetItems(devices, 8).Distinct().Select((d, i) => JobWorld.Get(d, $"p{p}r{round}n{i}"))];
                (await (p % 2 == 0 ? one : two).Service.EnqueueManyAsync(JobWorld.Admin(tenant), chosen[..4], default)).Problem.Should().BeNull();
            }
        })));
        await AllEndedAsync(rounds * 16);
        together.Should().Be(0);
        executions.Should().HaveCount(rounds * 16).And.OnlyContain(e => e.Value == 1);
        (await world.Database.ScalarAsync<long>(Handed)).Should().BeGreaterThan(0);
        await Invariants.CheckAsync(world.Database, rounds * 16);
    }

    [Fact]
    public async Task F8_lost_answers_on_a_node_that_enqueues_and_runs_leave_no_job_behind_and_repeat_none()
    {
        var executions = new ConcurrentDictionary<string, int>();
        world.Scripted.Execute = async (_, _, arguments, token) =>
        {
            executions.AddOrUpdate(arguments["path"]!.GetValue<string>(), 1, (_, n) => n + 1);
            await Task.Delay(5, token);
            return ScriptedProtocol.Answer("a.b", "1");
        };
        await using var proxy = new CuttingProxy(world.Database.Server.Port);
        var through = new NpgsqlConnectionStringBuilder(world.Database.AppConnectionString) { Port = proxy.Port }.ConnectionString;
        await using var node = await JobNode.StartAsync(through, [world.Scripted, world.CallIn], o => o.Lease = TimeSpan.FromSeconds(20));
        await node.Lease.WaitAsync(default);
        var acknowledged = new List<Guid>();
        for (var i = 0; i < FaultSizes.Of(20, 200); i++)
        {
            if (i % 2 == 1) proxy.LoseAnAnswer();
            try
            {
                acknowledged.AddRange((await node.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select((d, n) => JobWorld.Get(d, $"r{i}n{n}"))], default)).Value);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
            {
                // Not acknowledged: may or may not be there.
            }
        }
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE finished_at IS NULL") == 0, "everything ends", 60);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE id = ANY ($1)", acknowledged.ToArray())).Should().Be(acknowledged.Count);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state <> 'completed' OR attempt <> 1")).Should().Be(0, "a lost answer burns no attempt");
        executions.Values.Should().AllSatisfy(n => n.Should().Be(1));
        await Invariants.CheckAsync(world.Database);
    }

    // A worker that has found its queue empty.
    private async Task<JobNode> ReadyAsync(int slots = 256, TimeSpan? lease = null)
    {
        var node = await JobNode.StartAsync(world, o =>
        {
            o.Slots = slots;
            if (lease is { } long_) (o.Lease, o.Heartbeat) = (long_, long_ / 2);
        });
        await node.Lease.WaitAsync(default);
        using var handed = await ReserveAsync(node, new NewJob(JobId.Next(), JobWorld.Get(devices[0]), false, true, TimeSpan.FromSeconds(5)));
        handed.Release();
        return node;
    }

    private async Task<HandedJobs> ReserveAsync(JobNode node, NewJob job)
    {
        HandedJobs? handed = null;
        await JobWorld.UntilAsync(async () => (handed = await node.HandOver.ReserveAsync(tenant, [job])) is not null, "the worker has room");
        return handed!;
    }

    private async Task<List<Guid>> InsertAsync(NewJob job, HandedJobs handed)
    {
        await using var batch = new TenantBatch(world.Sources.App, tenant);
        batch.Add(HandOverStatement.Command(tenant, "test", [job], handed.Count, handed.Lease.Id, null));
        return [.. (await batch.ListAsync(r => (Id: r.GetGuid(0), Handed: r.GetBoolean(1)), default)).Where(r => r.Handed).Select(r => r.Id)];
    }

    private Task AllEndedAsync(int jobs) =>
        JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE finished_at IS NOT NULL") == jobs, "all jobs end", 60);
}
