using System.Collections.Concurrent;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Tests.Jobs;

/// <summary>The second direction of the contract: devices that call in. The device is the test; everything else is real.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private JobWorld world = null!;
    private JobNode node = null!;
    private Guid tenant;
    private Guid device;
    private string slug = "";

    public async Task InitializeAsync()
    {
        world = await JobWorld.CreateAsync();
        slug = "acme";
        tenant = await world.Database.CreateTenantAsync(slug);
        device = (await world.CreateDevicesAsync(tenant, 1, CallInProtocol.Id))[0];
        node = await JobNode.StartAsync(world);
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_waiting_job_says_why_asks_the_device_and_expires_after_a_week()
    {
        var job = await EnqueueAsync();
        job.WaitReason.Should().BeOneOf(["Waiting for the device to call in.", "The device was asked to call in."], "a worker may have been quicker than this test");
        job.ExpiresAt.Should().BeCloseTo(job.CreatedAt.AddDays(7), TimeSpan.FromMinutes(1));
        await JobWorld.UntilAsync(async () => (await world.JobAsync(tenant, job.Id)).WaitReason == "The device was asked to call in.", "a worker wakes the device");
        world.CallIn.Woken.Should().Equal(device);
        (await world.JobAsync(tenant, job.Id)).Attempt.Should().Be(0, "waiting burns no attempt");
    }

    [Fact]
    public async Task A_device_calls_in_takes_its_job_and_completes_it()
    {
        var job = await EnqueueAsync();
        var session = await OpenAsync(node);
        var work = (await node.Gateway.NextWorkAsync(session, default))!;
        work.JobId.Should().Be(job.Id);
        work.Arguments["path"]!.GetValue<string>().Should().Be("a.b");
        (await world.JobAsync(tenant, job.Id)).State.Should().Be(JobState.Running);
        (await node.Gateway.NextWorkAsync(session, default)).Should().BeNull("one job at a time");
        (await node.Gateway.CompleteAsync(session, work, ScriptedProtocol.Answer("a.b", "7"), default)).Should().BeTrue();
        (await node.Gateway.CompleteAsync(session, work, ScriptedProtocol.Answer("a.b", "8"), default)).Should().BeFalse("it has ended");
        var detail = (await world.Service.GetAsync(JobWorld.Admin(tenant), job.Id, default)).Value;
        (detail.Job.State, detail.Values[0].Value).Should().Be((JobState.Completed, "7"));
        await Invariants.CheckAsync(world.Database, 1);
    }

    [Theory]
    [InlineData("acme", true, true)]
    [InlineData("acme", false, false)]
    [InlineData("nobody", true, false)]
    public async Task Verification_happens_exactly_once_whoever_calls(string address, bool known, bool expected)
    {
        var calls = 0;
        var verdict = await node.Gateway.AuthenticateAsync(new DeviceCall(CallInProtocol.Id, address, known ? device.ToString() : "stranger"), _ => ++calls > 0 ? CredentialCheck.Proved : CredentialCheck.Wrong, default);
        calls.Should().Be(1);
        (verdict.Outcome == CallOutcome.Accepted).Should().Be(expected);
        (verdict.Target is not null).Should().Be(expected);
        (await node.Gateway.AuthenticateAsync(new DeviceCall(CallInProtocol.Id, address, device.ToString()), _ => CredentialCheck.Wrong, default)).Outcome.Should().Be(CallOutcome.Refused);
        (await node.Gateway.AuthenticateAsync(new DeviceCall(CallInProtocol.Id, address, device.ToString()), _ => CredentialCheck.Missing, default)).Outcome.Should().Be(CallOutcome.Challenge);
    }

    [Fact]
    public async Task The_higher_epoch_wins_over_another_node()
    {
        await using var other = await JobNode.StartAsync(world);
        var job = await EnqueueAsync();
        var old = await OpenAsync(node);
        var stale = (await node.Gateway.NextWorkAsync(old, default))!;
        var fresh = await OpenAsync(other);
        fresh.Epoch.Should().Be(old.Epoch + 1);
        // The device left in the middle: its job is free again, and the attempt counts.
        (await world.JobAsync(tenant, job.Id)).State.Should().Be(JobState.Queued);
        (await node.Gateway.NextWorkAsync(old, default)).Should().BeNull();
        var work = (await other.Gateway.NextWorkAsync(fresh, default))!;
        work.Attempt.Should().Be(2);
        (await node.Gateway.CompleteAsync(old, stale, ScriptedProtocol.Answer("a.b", "stale"), default)).Should().BeFalse();
        await node.Gateway.StoreValuesAsync(old, [new ParameterValue("a.b", "stale", "string")], default);
        await node.Gateway.RaiseEventAsync(old, "boot", "Stale.", null, default);
        (await other.Gateway.CompleteAsync(fresh, work, ScriptedProtocol.Answer("a.b", "fresh"), default)).Should().BeTrue();
        (await world.Database.ScalarAsync<string>("SELECT string_agg(value, ',') FROM parameters")).Should().Be("fresh");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_events")).Should().Be(0);
        await Invariants.CheckAsync(world.Database, 1);
    }

    [Fact]
    public async Task A_late_completion_of_an_older_session_on_the_same_node_writes_nothing()
    {
        var job = await EnqueueAsync();
        var old = await OpenAsync(node);
        var stale = (await node.Gateway.NextWorkAsync(old, default))!;
        var fresh = await OpenAsync(node);
        SessionWork? work = null;
        await JobWorld.UntilAsync(async () => (work = await node.Gateway.NextWorkAsync(fresh, default)) is not null, "the job is handed out again after its pause");
        (work!.JobId, work.Attempt).Should().Be((stale.JobId, stale.Attempt + 1));
        (await node.Gateway.CompleteAsync(old, stale, ScriptedProtocol.Answer("a.b", "stale"), default)).Should().BeFalse();
        (await world.JobAsync(tenant, job.Id)).State.Should().Be(JobState.Running);
        (await node.Gateway.CompleteAsync(fresh, work, ScriptedProtocol.Answer("a.b", "fresh"), default)).Should().BeTrue();
    }

    [Fact]
    public async Task A_stop_gives_unfinished_work_back_and_a_device_that_hangs_up_has_had_its_attempt()
    {
        var job = await EnqueueAsync();
        var session = await OpenAsync(node);
        await node.Gateway.NextWorkAsync(session, default);
        await node.Gateway.CloseSessionAsync(session, "The console was stopped.", false, default);
        var back = await world.JobAsync(tenant, job.Id);
        (back.State, back.Attempt).Should().Be((JobState.Queued, 0));
        session = await OpenAsync(node);
        await node.Gateway.NextWorkAsync(session, default);
        await node.Gateway.CloseSessionAsync(session, "The device hung up.", true, default);
        back = await world.JobAsync(tenant, job.Id);
        (back.State, back.Attempt, back.Fault!.Code, back.Fault.Detail).Should().Be((JobState.Queued, 1, FaultCodes.DeviceVanished, "The device hung up."));
        (await node.Gateway.NextWorkAsync(session, default)).Should().BeNull("the session is closed");
        await Invariants.CheckAsync(world.Database, 1);
    }

    [Fact]
    public async Task Handed_out_work_times_out_and_can_be_cancelled()
    {
        var session = await OpenAsync(node);
        var slow = await EnqueueAsync(r => r with { Timeout = TimeSpan.FromMilliseconds(300), MaxAttempts = 1 });
        var work = (await node.Gateway.NextWorkAsync(session, default))!;
        await JobWorld.UntilAsync(async () => (await world.JobAsync(tenant, slow.Id)).State == JobState.Failed, "it times out");
        (await node.Gateway.CompleteAsync(session, work, ScriptedProtocol.Answer("a.b", "late"), default)).Should().BeFalse();

        var unwanted = await EnqueueAsync();
        await node.Gateway.NextWorkAsync(session, default);
        await world.Service.CancelAsync(JobWorld.Admin(tenant), unwanted.Id, default);
        await JobWorld.UntilAsync(async () => (await world.JobAsync(tenant, unwanted.Id)).State == JobState.Cancelled, "it is cancelled");
        await Invariants.CheckAsync(world.Database, 2);
    }

    [Fact]
    public async Task Values_and_events_of_a_session_are_stored()
    {
        var session = await OpenAsync(node);
        await node.Gateway.StoreValuesAsync(session, [new ParameterValue("Device.X", "1", "xsd:int") { Writable = true }], default);
        await node.Gateway.RaiseEventAsync(session, "boot", "The device has started.", new() { ["cause"] = "power" }, default);
        (await world.Database.ScalarAsync<string>("SELECT value FROM parameters WHERE source = $1", CallInProtocol.Id)).Should().Be("1");
        (await world.Database.ScalarAsync<string>("SELECT message FROM device_events WHERE detail->>'cause' = 'power'")).Should().Be("The device has started.");
    }

    [Fact]
    public async Task A_worker_never_takes_a_session_bound_job_and_a_device_runs_one_job_of_either_kind()
    {
        await world.Database.ExecuteAsync("INSERT INTO device_endpoints (tenant_id, device_id, protocol) VALUES ($1, $2, $3)", tenant, device, ScriptedProtocol.Id);
        var block = new TaskCompletionSource<ProtocolOutcome>();
        world.Scripted.Execute = (_, _, _, _) => block.Task;
        var bound = await EnqueueAsync(r => r with { Priority = JobPriority.Urgent });
        var dialled = await world.EnqueueAsync(tenant, JobWorld.Get(device));
        await JobWorld.UntilAsync(async () => (await world.JobAsync(tenant, dialled.Id)).State == JobState.Running, "the dial-out job runs");
        (await world.JobAsync(tenant, bound.Id)).State.Should().Be(JobState.Queued);
        var session = await OpenAsync(node);
        (await node.Gateway.NextWorkAsync(session, default)).Should().BeNull("the device is busy");
        block.SetResult(ProtocolOutcome.Success([], "Done."));
        SessionWork? work = null;
        await JobWorld.UntilAsync(async () => (work = await node.Gateway.NextWorkAsync(session, default)) is not null, "the device is free again");
        work!.JobId.Should().Be(bound.Id);
    }

    [Fact]
    public async Task Two_nodes_that_ask_at_once_hand_out_a_job_once()
    {
        await using var other = await JobNode.StartAsync(world);
        for (var round = 0; round < 5; round++)
        {
            var job = await EnqueueAsync();
            var first = await OpenAsync(node);
            var second = await OpenAsync(other);
            var handed = new ConcurrentBag<Guid>();
            await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
            {
                var (gateway, session) = i % 2 == 0 ? (node.Gateway, first) : (other.Gateway, second);
                if (await gateway.NextWorkAsync(session, default) is { } work) handed.Add(work.JobId);
            }));
            handed.Should().Equal(job.Id);
            await other.Gateway.CloseSessionAsync(second, "Done.", false, default);
            await world.Service.CancelAsync(JobWorld.Admin(tenant), job.Id, default);
        }
        await Invariants.CheckAsync(world.Database, 5);
    }

    private Task<JobView> EnqueueAsync(Func<JobRequest, JobRequest>? change = null)
    {
        var request = new JobRequest(device, CallInProtocol.Id, "get", ScriptedProtocol.Path());
        return world.EnqueueAsync(tenant, change?.Invoke(request) ?? request);
    }

    private async Task<DeviceSession> OpenAsync(JobNode at)
    {
        var call = new DeviceCall(CallInProtocol.Id, slug, device.ToString()) { Transport = "test" };
        var verdict = await at.Gateway.AuthenticateAsync(call, _ => CredentialCheck.Proved, default);
        return await at.Gateway.OpenSessionAsync(verdict.Target!, call, default);
    }
}
