using System.Collections.Concurrent;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Tests.Jobs;

public sealed class WorkerTests : IAsyncLifetime
{
    private JobWorld world = null!;
    private Guid tenant;
    private Guid[] devices = [];

    public async Task InitializeAsync()
    {
        world = await JobWorld.CreateAsync();
        (tenant, devices) = await world.CreateTenantAsync(4);
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_job_runs_and_leaves_values_parameters_contact_and_a_time_line()
    {
        world.Scripted.Execute = (_, _, arguments, _) => Task.FromResult(ScriptedProtocol.Answer(arguments["path"]!.GetValue<string>(), "42"));
        await using var node = await JobNode.StartAsync(world);
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0], "sys.name"));
        await EndedAsync(job.Id);
        var detail = (await world.Service.GetAsync(JobWorld.Admin(tenant), job.Id, default)).Value;
        detail.Job.State.Should().Be(JobState.Completed);
        detail.Job.Summary.Should().Be("1 value.");
        detail.Values.Should().ContainSingle(v => v.Path == "sys.name" && v.Value == "42");
        detail.Transitions.Select(t => t.State).Should().Equal(JobState.Queued, JobState.Running, JobState.Completed);
        (await world.Database.ScalarAsync<string>("SELECT value FROM parameters p JOIN parameter_paths x ON x.id = p.path_id WHERE device_id = $1 AND path = 'sys.name'", devices[0])).Should().Be("42");
        (await world.Database.ScalarAsync<bool>("SELECT last_contact_at > '-infinity' FROM device_contacts WHERE device_id = $1", devices[0])).Should().BeTrue();
        await Invariants.CheckAsync(world.Database, 1);
    }

    [Fact]
    public async Task Values_that_PostgreSQL_cannot_hold_are_stored_readably()
    {
        world.Scripted.Execute = (_, _, _, _) => Task.FromResult(ScriptedProtocol.Answer("p\0q", "a\0b \ud800 c"));
        await using var node = await JobNode.StartAsync(world);
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        (await EndedAsync(job.Id)).State.Should().Be(JobState.Completed);
        (await world.Service.GetAsync(JobWorld.Admin(tenant), job.Id, default)).Value.Values[0].Value.Should().Be("a\ufffdb \ufffd c");
    }

    [Fact]
    public async Task A_result_that_cannot_be_stored_fails_its_job_and_spares_the_others()
    {
        // A path longer than the table allows: refused by a CHECK, whoever is in the batch with it.
        world.Scripted.Execute = (target, _, _, _) => Task.FromResult(ScriptedProtocol.Answer(target.DeviceId == devices[0] ? new string('x', 2_000) : "ok", "1"));
        await using var node = await JobNode.StartAsync(world);
        var ids = (await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select(d => JobWorld.Get(d))], default)).Value;
        foreach (var id in ids) await EndedAsync(id);
        var jobs = await Task.WhenAll(ids.Select(id => world.JobAsync(tenant, id)));
        jobs.Select(j => j.State).Should().Equal(JobState.Failed, JobState.Completed, JobState.Completed, JobState.Completed);
        jobs[0].Fault!.Code.Should().Be("engine.result-not-stored");
        await Invariants.CheckAsync(world.Database, 4);
    }

    [Fact]
    public async Task One_device_runs_one_job_at_a_time_and_the_most_urgent_first()
    {
        var order = new ConcurrentQueue<string>();
        var atOnce = 0;
        var most = 0;
        world.Scripted.Execute = async (_, _, arguments, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            order.Enqueue(arguments["path"]!.GetValue<string>());
            await Task.Delay(20, token);
            Interlocked.Decrement(ref atOnce);
            return ProtocolOutcome.Success([], "Done.");
        };
        var requests = new[] { JobPriority.Background, JobPriority.Urgent, JobPriority.Normal, JobPriority.High, JobPriority.Urgent }
            .Select((p, i) => JobWorld.Get(devices[0], $"{p}{i}") with { Priority = p }).ToArray();
        var ids = (await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), requests, default)).Value;
        await using var one = await JobNode.StartAsync(world);
        await using var two = await JobNode.StartAsync(world);
        foreach (var id in ids) await EndedAsync(id);
        order.Should().Equal("Urgent1", "Urgent4", "High3", "Normal2", "Background0");
        most.Should().Be(1);
    }

    [Fact]
    public async Task A_tenant_with_many_jobs_does_not_keep_another_waiting()
    {
        var (big, bigDevices) = await world.CreateTenantAsync(200);
        world.Scripted.Execute = async (_, _, _, token) =>
        {
            await Task.Delay(50, token);
            return ProtocolOutcome.Success([], "Done.");
        };
        await world.Service.EnqueueManyAsync(JobWorld.Admin(big), [.. Enumerable.Range(0, 1000).Select(i => JobWorld.Get(bigDevices[i % 200]))], default);
        await using var node = await JobNode.StartAsync(world, o => o.Slots = 8);
        await JobWorld.UntilAsync(async () => await CountAsync("state = 'completed'") > 8, "the big tenant runs");
        var mine = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        await EndedAsync(mine.Id);
        (await CountAsync("state IN ('queued', 'running')")).Should().BeGreaterThan(100, "the big tenant is not done yet");
    }

    [Theory]
    [InlineData(FaultClass.Timeout, 3)]
    [InlineData(FaultClass.Unreachable, 3)]
    [InlineData(FaultClass.Busy, 3)]
    [InlineData(FaultClass.Garbage, 3)]
    [InlineData(FaultClass.Invalid, 1)]
    [InlineData(FaultClass.Refused, 1)]
    [InlineData(FaultClass.Credentials, 1)]
    [InlineData(FaultClass.Policy, 1)]
    public void A_fault_is_repeated_by_its_class(FaultClass faultClass, int attempts)
    {
        var fault = new ProtocolFault(faultClass, "x", "X.");
        var made = 1;
        while (RetryPolicy.NextDelay(fault, made, 3, true, 1) is not null) made++;
        made.Should().Be(attempts);
    }

    [Fact]
    public void Backoff_grows_is_capped_and_has_full_jitter()
    {
        var fault = new ProtocolFault(FaultClass.Timeout, "x", "X.");
        TimeSpan? At(int attempt, double random) => RetryPolicy.NextDelay(fault, attempt, 100, true, random);
        At(1, 1).Should().Be(TimeSpan.FromSeconds(2));
        At(2, 1).Should().Be(TimeSpan.FromSeconds(8));
        At(3, 0.5).Should().Be(TimeSpan.FromSeconds(16));
        At(50, 1).Should().Be(TimeSpan.FromMinutes(10));
        At(1, 0).Should().Be(TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public void What_must_not_be_repeated_is_repeated_only_when_nothing_can_have_happened()
    {
        RetryPolicy.NextDelay(new ProtocolFault(FaultClass.Timeout, "x", "X."), 1, 3, false, 1).Should().BeNull();
        RetryPolicy.NextDelay(new ProtocolFault(FaultClass.Unreachable, "x", "X."), 1, 3, false, 1).Should().NotBeNull();
    }

    [Fact]
    public async Task A_silent_device_is_tried_three_times_and_the_job_then_fails_with_its_sentence()
    {
        var calls = 0;
        world.Scripted.Execute = (_, _, _, _) =>
        {
            Interlocked.Increment(ref calls);
            return Task.FromResult(ProtocolOutcome.Failure(new ProtocolFault(FaultClass.Timeout, "snmp.timeout", "The device did not answer.")));
        };
        await using var node = await JobNode.StartAsync(world);
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        var ended = await EndedAsync(job.Id, 30);
        (ended.State, ended.Attempt, ended.Fault!.Code).Should().Be((JobState.Failed, 3, "snmp.timeout"));
        calls.Should().Be(3);
        (await world.Service.ListAsync(JobWorld.Admin(tenant), new JobQuery { DeadLetter = true }, default)).Items.Should().ContainSingle(j => j.Id == job.Id);
        (await world.Database.ScalarAsync<string>("SELECT last_failure FROM device_contacts WHERE device_id = $1", devices[0])).Should().Be("The device did not answer.");
        await Invariants.CheckAsync(world.Database, 1);
    }

    [Fact]
    public async Task A_time_out_stops_the_attempt_also_when_the_protocol_ignores_it()
    {
        var block = new TaskCompletionSource<ProtocolOutcome>();
        world.Scripted.Execute = (_, _, _, _) => block.Task;
        await using var node = await JobNode.StartAsync(world);
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]) with { Timeout = TimeSpan.FromMilliseconds(200), MaxAttempts = 1 });
        var ended = await EndedAsync(job.Id);
        (ended.State, ended.Fault!.Code, ended.Fault.Class).Should().Be((JobState.Failed, "job.timeout", FaultClass.Timeout));
        block.SetResult(ProtocolOutcome.Success([], "Too late."));
        await Invariants.CheckAsync(world.Database, 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_running_job_is_cancelled(bool obeys)
    {
        var never = new TaskCompletionSource<ProtocolOutcome>();
        world.Scripted.Execute = async (_, _, _, token) =>
        {
            if (!obeys) return await never.Task;
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("The delay ended.");
        };
        await using var node = await JobNode.StartAsync(world);
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        await JobWorld.UntilAsync(async () => (await world.JobAsync(tenant, job.Id)).State == JobState.Running, "it runs");
        (await world.Service.CancelAsync(JobWorld.Admin(tenant), job.Id, default)).IsSuccess.Should().BeTrue();
        (await world.JobAsync(tenant, job.Id)).CancelRequested.Should().BeTrue();
        (await EndedAsync(job.Id)).State.Should().Be(JobState.Cancelled);
        (await world.Service.CancelAsync(JobWorld.Admin(tenant), job.Id, default)).IsSuccess.Should().BeFalse();
        await Invariants.CheckAsync(world.Database, 1);
    }

    [Fact]
    public async Task A_job_waits_for_its_time()
    {
        await using var node = await JobNode.StartAsync(world);
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]) with { RunAt = DateTimeOffset.UtcNow.AddSeconds(1.5) });
        var other = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        await EndedAsync(other.Id);
        // Also where the other one had to wait for a processor: nothing of the job happens before its time.
        var state = (await world.JobAsync(tenant, job.Id)).State;
        (state == JobState.Queued || DateTimeOffset.UtcNow >= job.RunAt).Should().BeTrue("it is {0}", state);
        var ended = await EndedAsync(job.Id);
        ended.StartedAt.Should().BeOnOrAfter(ended.RunAt);
    }

    [Fact]
    public async Task What_waits_too_long_expires()
    {
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]) with { RunAt = DateTimeOffset.UtcNow.AddHours(1), ExpiresAt = DateTimeOffset.UtcNow.AddHours(2) });
        await world.Database.ExecuteAsync("UPDATE jobs SET expires_at = now() - interval '1 s', run_at = now() - interval '1 h'");
        await using var node = await JobNode.StartAsync(world, o => o.WorkerEnabled = false);
        (await node.Sweeps.ExpireAsync(default)).Should().Be(1);
        var ended = await world.JobAsync(tenant, job.Id);
        (ended.State, ended.Summary).Should().Be((JobState.Expired, "It waited longer than its time limit."));
        await Invariants.CheckAsync(world.Database, 1);
    }

    private Task<long> CountAsync(string where) => world.Database.ScalarAsync<long>($"SELECT count(*) FROM jobs WHERE {where}");

    private async Task<JobView> EndedAsync(Guid id, double seconds = 30)
    {
        JobView job = null!;
        await JobWorld.UntilAsync(async () => (job = await world.JobAsync(tenant, id)).State.IsTerminal(), $"job {id} ends", seconds);
        return job;
    }
}
