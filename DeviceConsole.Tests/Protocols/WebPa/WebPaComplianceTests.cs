using System.Diagnostics;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Simulator.WebPa;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.WebPa.WebPaDevice;

namespace DeviceConsole.Tests.Protocols.WebPa;

/// <summary>What every protocol must cope with, through the real application and its database.</summary>
public sealed class WebPaComplianceTests(WebPaWorld world) : IClassFixture<WebPaWorld>
{
    private const string Ssid = "Device.WiFi.SSID.1.SSID";

    [Fact]
    public async Task A_read_gives_the_value_and_stores_it()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();

        var job = await device.RunAsync("get", Names("Device.DeviceInfo.SerialNumber", "Device.DeviceInfo.UpTime"));

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        job.Values.Select(v => (v.Path, v.Type)).Should().Equal(("Device.DeviceInfo.SerialNumber", "string"), ("Device.DeviceInfo.UpTime", "unsignedInt"));
        job.Values[0].Value.Should().Be(device.Gateway.Options.Serial);
        (await device.StoredAsync("Device.DeviceInfo.SerialNumber")).Should().ContainSingle().Which.Value.Should().Be(device.Gateway.Options.Serial);
    }

    [Fact]
    public async Task A_write_is_read_back_and_reaches_the_device()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();

        (await device.RunAsync("set", Value(Ssid, "Attic"))).Job.State.Should().Be(JobState.Completed);

        device.Gateway.Find(Ssid)!.Value.Should().Be("Attic");
        (await device.RunAsync("get", Names(Ssid))).Values.Should().ContainSingle().Which.Value.Should().Be("Attic");
        (await device.StoredAsync(Ssid)).Should().ContainSingle().Which.Writable.Should().BeTrue();
    }

    [Fact]
    public async Task A_subtree_gives_all_of_its_values_each_once()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();

        var job = await device.RunAsync("refresh", new() { ["path"] = "Device.WiFi." });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        job.Values.Should().HaveCountGreaterThan(50);
        job.Values.Select(v => v.Path).Should().OnlyHaveUniqueItems();
        (await device.StoredAsync("Device.WiFi.")).Should().HaveCount(job.Values.Count);
    }

    [Fact]
    public async Task A_silent_device_is_a_time_out_that_is_worth_a_retry()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync(ParodusFault.Silent);

        var job = (await device.RunAsync("get", Names(Ssid), timeout: 2)).Job;

        (job.State, job.Fault!.Code, job.Fault.Class).Should().Be((JobState.Failed, "webpa.timeout", FaultClass.Timeout));
        job.Fault.IsWorthARetry.Should().BeTrue();
    }

    [Fact]
    public async Task A_wrong_token_is_refused_with_403_and_the_panel_says_why()
    {
        var device = await world.CreateAsync();
        await using var agent = device.Start(token: "wrong");

        await JobWorld.UntilAsync(() => Task.FromResult(agent.LastStatus == 403), "the agent is told 403");
        (await device.RefusalAsync()).Should().Contain("credentials are wrong");
        (await device.IsConnectedAsync()).Should().BeFalse();
    }

    [Fact]
    public async Task A_cancelled_job_ends_at_once_and_the_next_one_runs()
    {
        var device = await world.CreateAsync();
        await using (var silent = await device.ConnectAsync(ParodusFault.Silent))
        {
            var job = await device.EnqueueAsync("get", Names(Ssid), timeout: 60);
            await JobWorld.UntilAsync(() => Task.FromResult(silent.Requests == 1), "the request reached the device");
            var clock = Stopwatch.StartNew();
            (await world.Host.Get<JobService>().CancelAsync(JobWorld.Admin(device.Tenant), job.Id, default)).Problem.Should().BeNull();
            (await device.EndAsync(job.Id)).Job.State.Should().Be(JobState.Cancelled);
            clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(40), "it has a minute for its answer");
            await device.EnqueueAsync("get", Names("Device.DeviceInfo.UpTime"));
            await JobWorld.UntilAsync(() => Task.FromResult(silent.Requests == 2), "the next request is not held up by the answer that never came");
        }
    }

    [Theory]
    [InlineData(ParodusFault.GarbagePayload)]
    [InlineData(ParodusFault.GarbageFrame)]
    public async Task Garbage_is_called_garbage(ParodusFault fault)
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync(fault);

        var job = (await device.RunAsync("get", Names(Ssid))).Job;

        (job.State, job.Fault!.Code, job.Fault.Class).Should().Be((JobState.Failed, "webpa.garbage", FaultClass.Garbage));
    }

    [Fact]
    public async Task A_device_that_goes_in_the_middle_of_a_read_gets_it_again_when_it_is_back()
    {
        var device = await world.CreateAsync();
        await using var agent = device.Start(ParodusFault.Gone);

        var job = (await device.EndAsync((await device.EnqueueAsync("get", Names(Ssid), attempts: 2)).Id)).Job;

        (job.State, job.Attempt, agent.Connections).Should().Be((JobState.Completed, 2, 2), "it was asked, and left: that was an attempt");
        IReadOnlyList<SessionView> failed = [];
        await JobWorld.UntilAsync(async () => (failed = (await world.Host.Get<SessionService>().ListAsync(JobWorld.Admin(device.Tenant), device.Id, failedOnly: true, null, 10, default)).Value).Count > 0, "the broken session is listed");
        failed.Should().ContainSingle().Which.Reason.Should().Contain("broke");
    }

    [Fact]
    public async Task A_job_of_an_absent_device_says_why_it_waits_and_runs_when_it_connects()
    {
        var device = await world.CreateAsync();
        var job = await device.EnqueueAsync("get", Names("Device.DeviceInfo.SerialNumber"));
        await JobWorld.UntilAsync(async () => (await device.JobAsync(job.Id)).Job.WaitReason?.Contains("not connected", StringComparison.Ordinal) == true, "the job says why it waits");

        await using var agent = await device.ConnectAsync();

        (await device.EndAsync(job.Id)).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task An_answer_under_another_transaction_completes_nothing()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync(ParodusFault.WrongTransaction);

        var job = (await device.RunAsync("get", Names(Ssid), timeout: 2)).Job;

        job.Fault!.Code.Should().Be("webpa.timeout");
        await JobWorld.UntilAsync(async () => (await device.TraceAsync()).Contains("An answer that nobody waits for", StringComparison.Ordinal), "the answer is in the trace");
        (await device.StoredAsync(Ssid)).Should().BeEmpty();
    }

    [Fact]
    public async Task Busy_wifi_is_tried_again_and_succeeds()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync(ParodusFault.BusyOnce);

        var job = await device.EnqueueAsync("set", Value(Ssid, "Cellar"), attempts: 3);

        var ended = await device.EndAsync(job.Id);
        (ended.Job.State, ended.Job.Attempt).Should().Be((JobState.Completed, 2));
        ended.Transitions.Should().Contain(t => t.State == JobState.Queued && t.Attempt == 1 && t.Reason!.Contains("Wi-Fi is busy"));
        device.Gateway.Find(Ssid)!.Value.Should().Be("Cellar");
    }
}
