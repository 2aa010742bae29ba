using System.Text.Json.Nodes;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Gateway;

/// <summary>Sessions that stay open, work that is put aside, and what is kept of both.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private GatewayWorld world = null!;
    private Guid tenant, device;

    public async Task InitializeAsync()
    {
        world = await GatewayWorld.CreateAsync();
        tenant = await world.Jobs.Database.CreateTenantAsync("acme");
        device = (await world.Jobs.CreateDevicesAsync(tenant, 1, CallInProtocol.Id))[0];
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_session_that_waits_hears_of_a_new_job_at_once()
    {
        var session = await world.OpenAsync("acme", device);
        await world.Gateway.WaitForWorkAsync(session, default).WaitAsync(TimeSpan.FromSeconds(30));
        (await world.Gateway.NextWorkAsync(session, default)).Should().BeNull("nothing was queued yet");
        var waiting = world.Gateway.WaitForWorkAsync(session, default);
        var job = await world.EnqueueAsync(tenant, device);
        job.WaitReason.Should().BeNull("the device is connected");
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        SessionWork? work = null;
        await JobWorld.UntilAsync(async () => (work = await world.Gateway.NextWorkAsync(session, default)) is not null, "the job is handed out");
        work!.JobId.Should().Be(job.Id);
    }

    [Fact]
    public async Task A_newer_session_of_the_device_ends_the_older_one()
    {
        var old = await world.OpenAsync("acme", device);
        var fresh = await world.OpenAsync("acme", device);
        await JobWorld.UntilAsync(() => Task.FromResult(old.Ended.IsCancellationRequested), "the older session is told");
        fresh.Ended.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task Sessions_end_at_once_when_their_tenant_is_deleted_and_those_of_another_go_on()
    {
        var elsewhere = await world.Jobs.Database.CreateTenantAsync("zenith");
        var theirs = await world.OpenAsync("zenith", (await world.Jobs.CreateDevicesAsync(elsewhere, 1, CallInProtocol.Id))[0]);
        var session = await world.OpenAsync("acme", device);
        var sources = world.Jobs.Database.Sources;
        var deletion = new TenantDeletion(sources, new TenantDirectory(sources, TimeProvider.System), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<TenantDeletion>.Instance);
        var gone = await deletion.DeleteAsync(Accounts.AppHost.Maker(Tenant.Platform, Roles.PlatformAdmin), tenant, "acme", suspend: true, default);
        gone.Value.Should().BeTrue();
        await JobWorld.UntilAsync(() => Task.FromResult(session.Ended.IsCancellationRequested), "the node that holds it is told");
        theirs.Ended.IsCancellationRequested.Should().BeFalse();
        (await world.Gateway.AuthenticateAsync(GatewayWorld.Call("acme", device.ToString()), _ => CredentialCheck.Proved, default)).Target.Should().BeNull("the node has forgotten the tenant");
    }

    [Fact]
    public async Task A_session_ends_when_its_endpoint_is_changed_and_when_its_device_is_deleted()
    {
        var session = await world.OpenAsync("acme", device);
        await world.Jobs.Database.ExecuteAsync("UPDATE device_endpoints SET updated_at = now() + interval '1 s' WHERE device_id = $1", device);
        await JobWorld.UntilAsync(() => Task.FromResult(session.Ended.IsCancellationRequested), "other credentials end the session");

        var other = (await world.Jobs.CreateDevicesAsync(tenant, 1, CallInProtocol.Id))[0];
        var doomed = await world.OpenAsync("acme", other);
        await world.Jobs.Database.ExecuteAsync("DELETE FROM devices WHERE id = $1", other);
        await JobWorld.UntilAsync(() => Task.FromResult(doomed.Ended.IsCancellationRequested), "a device that is gone has no session");
    }

    [Fact]
    public async Task Sessions_are_listed_with_how_they_ended()
    {
        var session = await world.OpenAsync("acme", device);
        var sessions = world.Node.Sessions;
        (await sessions.ListAsync(JobWorld.Admin(tenant), device, false, null, 10, default)).Value.Should().ContainSingle(s => s.Open && s.Transport == "test" && s.Remote == "192.0.2.7");
        await world.EnqueueAsync(tenant, device);
        var work = (await world.Gateway.NextWorkAsync(session, default))!;
        await world.Gateway.CompleteAsync(session, work, ProtocolOutcome.Success([], "Done."), default);
        await world.Gateway.CloseSessionAsync(session, "The device hung up in mid-message.", true, default);
        var ended = (await sessions.ListAsync(JobWorld.Admin(tenant), null, true, null, 10, default)).Value.Should().ContainSingle().Subject;
        (ended.Open, ended.Failed, ended.Jobs, ended.Reason).Should().Be((false, true, 1, "The device hung up in mid-message."));
        var stranger = await world.Jobs.Database.CreateTenantAsync("globex");
        (await sessions.ListAsync(JobWorld.Admin(stranger), null, false, null, 10, default)).Value.Should().BeEmpty();
    }

    [Fact]
    public async Task A_job_that_was_queued_while_the_session_was_ending_has_the_device_called_again()
    {
        var session = await world.OpenAsync("acme", device);
        (await world.Gateway.NextWorkAsync(session, default)).Should().BeNull("the device is told that there is nothing more");
        var job = await world.EnqueueAsync(tenant, device);
        // The worker looks at the new job, finds the device connected, and comes back to it much later.
        await JobWorld.UntilAsync(async () => await world.Jobs.Database.ScalarAsync<bool>("SELECT wake_at > now() + interval '1 minute' FROM lanes"), "the worker has looked");
        world.Jobs.CallIn.Woken.Should().BeEmpty();
        await world.Gateway.CloseSessionAsync(session, "Done.", false, default);
        await JobWorld.UntilAsync(() => Task.FromResult(world.Jobs.CallIn.Woken.Contains(device)), "the device is asked to call in");
        (await world.Jobs.JobAsync(tenant, job.Id)).State.Should().Be(JobState.Queued);
    }

    [Fact]
    public async Task Parked_work_ends_with_the_devices_report_in_a_later_session()
    {
        var job = await world.EnqueueAsync(tenant, device);
        var session = await world.OpenAsync("acme", device);
        var work = (await world.Gateway.NextWorkAsync(session, default))!;
        (await world.Gateway.ParkAsync(session, work, new ParkedWork("key-1", "The device downloads the file; waiting for its report.", DateTimeOffset.UtcNow.AddHours(1)), default)).Should().BeTrue();
        var parked = await world.Jobs.JobAsync(tenant, job.Id);
        (parked.State, parked.WaitReason, parked.Attempt).Should().Be((JobState.Queued, "The device downloads the file; waiting for its report.", 0));
        var second = await world.EnqueueAsync(tenant, device);
        (await world.Gateway.NextWorkAsync(session, default))!.JobId.Should().Be(second.Id, "the device is free for other jobs meanwhile");
        await world.Gateway.CloseSessionAsync(session, "Done.", false, default);

        var later = await world.OpenAsync("acme", device);
        (await world.Gateway.ResumeAsync(later, "key-of-nobody", default)).Should().BeNull();
        var resumed = (await world.Gateway.ResumeAsync(later, "key-1", default))!;
        (resumed.JobId, resumed.Continuation).Should().Be((job.Id, "key-1"));
        await world.Gateway.StoreValuesAsync(later, [new ParameterValue("Device.Gone.1.Y", "1", "string")], default);
        var report = ProtocolOutcome.Success([new ParameterValue("Device.X", "2", "string")], "The file was taken.") with
        {
            Removed = ["Device.Gone."],
            Trace = [new(DateTimeOffset.UtcNow, TraceDirection.In, "TransferComplete", "")],
        };
        (await world.Gateway.CompleteAsync(later, resumed, report, default)).Should().BeTrue();
        var twice = report with { Values = [new ParameterValue("Device.X", "3", "string")] };
        (await world.Gateway.CompleteAsync(later, resumed, twice, default)).Should().BeFalse("it has ended, and nothing of a second report is written");
        (await world.Node.Sessions.TraceOfJobAsync(JobWorld.Admin(tenant), job.Id, default)).Value.Should().ContainSingle().Which.Entries.Should().ContainSingle();
        var ended = await world.Jobs.JobAsync(tenant, job.Id);
        (ended.State, ended.Attempt, ended.WaitReason).Should().Be((JobState.Completed, 1, (string?)null));
        (await world.Jobs.Database.ScalarAsync<string>("SELECT value FROM parameters")).Should().Be("2");
    }

    [Fact]
    public async Task Parked_work_fails_with_the_reported_fault_and_is_handed_out_again_when_nothing_was_reported()
    {
        var job = await world.EnqueueAsync(tenant, device);
        var session = await world.OpenAsync("acme", device);
        await world.Gateway.ParkAsync(session, (await world.Gateway.NextWorkAsync(session, default))!, new ParkedWork("key-1", "Waiting.", DateTimeOffset.UtcNow.AddHours(1)), default);
        var resumed = (await world.Gateway.ResumeAsync(session, "key-1", default))!;
        await world.Gateway.CompleteAsync(session, resumed, ProtocolOutcome.Failure(new ProtocolFault(FaultClass.Refused, "test.9010", "The file could not be fetched.")), default);
        (await world.Jobs.JobAsync(tenant, job.Id)).State.Should().Be(JobState.Failed);

        var silent = await world.EnqueueAsync(tenant, device);
        await world.Gateway.ParkAsync(session, (await world.Gateway.NextWorkAsync(session, default))!, new ParkedWork("key-2", "Waiting.", DateTimeOffset.UtcNow), default);
        SessionWork? again = null;
        await JobWorld.UntilAsync(async () => (again = await world.Gateway.NextWorkAsync(session, default)) is not null, "its time is over");
        (again!.JobId, again.Continuation).Should().Be((silent.Id, "key-2"));
        await Invariants.CheckAsync(world.Jobs.Database, 2);
    }

    [Fact]
    public async Task The_exchange_of_a_job_and_of_its_session_can_be_read_again()
    {
        var job = await world.EnqueueAsync(tenant, device);
        var session = await world.OpenAsync("acme", device);
        await world.Gateway.TraceAsync(session, [new(DateTimeOffset.UtcNow, TraceDirection.In, "Inform", "<Inform/>")], default);
        var work = (await world.Gateway.NextWorkAsync(session, default))!;
        var exchange = Enumerable.Range(1, 300).Select(i => new TraceEntry(DateTimeOffset.UtcNow, TraceDirection.Out, $"Request {i}", new string('x', i == 1 ? 40_000 : 1))).ToArray();
        await world.Gateway.CompleteAsync(session, work, ProtocolOutcome.Success([], "Done.") with { Trace = exchange }, default);
        var trace = (await world.Node.Sessions.TraceOfJobAsync(JobWorld.Admin(tenant), job.Id, default)).Value.Should().ContainSingle().Subject;
        trace.Entries.Should().HaveCount(TraceEntry.MaximumEntries);
        trace.Entries[0].Body.Should().HaveLength(TraceEntry.MaximumBody + "\n… 7,232 more characters".Length).And.EndWith("more characters");
        trace.Entries.Should().ContainSingle(e => e.Direction == TraceDirection.Note).Which.Title.Should().Be("101 messages left out");
        trace.Entries[^1].Title.Should().Be("Request 300");
        (await world.Node.Sessions.TraceOfSessionAsync(JobWorld.Admin(tenant), session.Id, default)).Value.Select(t => t.Entries[0].Title).Should().Equal("Inform", "Request 1");
        var stranger = await world.Jobs.Database.CreateTenantAsync("globex");
        (await world.Node.Sessions.TraceOfJobAsync(JobWorld.Admin(stranger), job.Id, default)).IsSuccess.Should().BeFalse("another tenant does not even learn that it exists");
    }

    [Fact]
    public async Task What_a_device_says_of_itself_fills_its_record_and_its_settings()
    {
        var session = await world.OpenAsync("acme", device);
        await world.Gateway.DescribeAsync(session, new DeviceFacts { Manufacturer = "Acme", Model = "Box\u0001 2", SerialNumber = "SN-9" }, default);
        (await world.Jobs.Database.ScalarAsync<string>("SELECT manufacturer || '/' || model || '/' || serial_number FROM devices WHERE id = $1", device)).Should().Be("Acme/Box 2/SN-9");
        await world.Gateway.SaveSettingsAsync(session, new JsonObject { ["url"] = "http://192.0.2.7:7547/x", ["gone"] = null }, default);
        (await world.Jobs.Database.ScalarAsync<string>("SELECT settings->>'url' FROM device_endpoints WHERE device_id = $1", device)).Should().Be("http://192.0.2.7:7547/x");
        await world.Gateway.StoreValuesAsync(session, [new ParameterValue("Device.A.1.X", "1", "string"), new ParameterValue("Device.A.10.X", "1", "string"), new ParameterValue("Device.AB", "1", "string")], default);
        await world.Gateway.ForgetValuesAsync(session, ["Device.A.1."], default);
        (await world.Jobs.Database.ScalarAsync<string>("SELECT string_agg(x.path, ' ' ORDER BY x.path) FROM parameters p JOIN parameter_paths x ON x.id = p.path_id")).Should().Be("Device.A.10.X Device.AB");
    }

    [Fact]
    public async Task A_subtree_that_was_read_whole_replaces_what_is_stored_of_it_and_a_fenced_out_attempt_replaces_nothing()
    {
        var session = await world.OpenAsync("acme", device);
        await world.Gateway.StoreValuesAsync(session, [.. ((string[])["Device.A.1.X", "Device.A.2.X", "Device.A.3.X", "Device.B.X"]).Select(p => new ParameterValue(p, "1", "string"))], default);
        await world.EnqueueAsync(tenant, device);
        var work = (await world.Gateway.NextWorkAsync(session, default))!;
        var whole = ProtocolOutcome.Success([new ParameterValue("Device.A.1.X", "2", "string")], "1 value") with { Whole = ["Device.A."], Present = ["Device.A.2.X"] };

        (await world.Gateway.CompleteAsync(session, work with { Attempt = 7 }, whole, default)).Should().BeFalse();
        (await StoredAsync()).Should().Be("Device.A.1.X=1 Device.A.2.X=1 Device.A.3.X=1 Device.B.X=1");
        (await world.Gateway.CompleteAsync(session, work, whole, default)).Should().BeTrue();
        (await StoredAsync()).Should().Be("Device.A.1.X=2 Device.A.2.X=1 Device.B.X=1");

        await world.EnqueueAsync(tenant, device);
        work = (await world.Gateway.NextWorkAsync(session, default))!;
        await world.Gateway.CompleteAsync(session, work, whole with { Present = [], StoreValues = false }, default);
        (await StoredAsync()).Should().Be("Device.A.1.X=2 Device.A.2.X=1 Device.B.X=1", "an answer to look at changes nothing");
    }

    private Task<string> StoredAsync() => world.Jobs.Database.ScalarAsync<string>(
        $"SELECT string_agg(x.path || '=' || p.value, ' ' ORDER BY x.path) FROM parameters p JOIN parameter_paths x ON x.id = p.path_id WHERE p.device_id = '{device}'");
}
