using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Simulator.Gateway;

namespace DeviceConsole.Tests.Protocols.Usp;

/// <summary>Commands: those that end with their answer, those that go on, and those that restart the device.</summary>
public sealed class UspOperateTests(UspWorld world) : IClassFixture<UspWorld>
{
    [Fact]
    public async Task A_command_that_goes_on_puts_its_job_aside_until_the_device_reports_the_end()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        await SubscribedAsync(agent);
        var job = await world.EnqueueAsync(device, "operate", Operate("Device.IP.Diagnostics.IPPing()", ("Host", "192.0.2.1"), ("NumberOfRepetitions", "6"), ("Timeout", "1000")));

        var detail = await world.EndAsync(job.Id);

        detail.Job.State.Should().Be(JobState.Completed, detail.Job.Fault?.Message);
        detail.Values.Should().Contain(v => v.Path == "Device.IP.Diagnostics.IPPing().Status").And.Contain(v => v.Path.EndsWith("SuccessCount", StringComparison.Ordinal));
        (await world.StoredAsync(device, "Device.IP.Diagnostics.IPPing().Status")).Should().BeNull();
    }

    [Fact]
    public async Task A_diagnostic_is_told_in_a_sentence()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        await SubscribedAsync(agent);

        var ping = await world.RunAsync(device, "diagnose", new JsonObject { ["kind"] = "ping", ["target"] = "www.example.net", ["repetitions"] = 1 });
        var wrong = await world.RunAsync(device, "diagnose", new JsonObject { ["kind"] = "traceroute", ["target"] = "no.such.host.invalid" });

        ping.Job.Summary.Should().StartWith("1 of 1 answered");
        (wrong.Job.State, wrong.Job.Fault?.Code).Should().Be((JobState.Failed, "usp.diagnostic-failed"));
    }

    [Fact]
    public async Task The_end_is_found_by_its_command_key_in_a_later_session_too()
    {
        var (device, options) = await world.CreateAsync();
        var clock = new GatewayClock();
        await using var agent = world.Start(options, time: clock);
        await world.OnlineAsync(device);
        await SubscribedAsync(agent);
        var job = await world.EnqueueAsync(device, "operate", Operate("Device.IP.Diagnostics.TraceRoute()", ("Host", "192.0.2.1"), ("Timeout", "5000")));
        await JobWorld.UntilAsync(async () => agent.Gateway.Find("Device.IP.Diagnostics.TraceRoute.DiagnosticsState")!.Value == "Requested"
            && (await world.GetAsync(job.Id)).Job is { State: JobState.Queued, WaitReason: not null }, "the command runs, and its job is put aside");

        agent.Disconnect();
        await JobWorld.UntilAsync(async () => agent.Connections == 2 && await world.SessionsAsync(device) is [{ Open: true }, { ClosedAt: not null }], "it comes again");
        clock.Advance(TimeSpan.FromMinutes(1));

        (await world.EndAsync(job.Id)).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task A_command_that_the_device_does_not_have_and_one_with_wrong_arguments_are_refused_in_words()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;

        var unknown = await world.RunAsync(device, "operate", Operate("Device.Nope()"));
        var wrong = await world.RunAsync(device, "operate", Operate("Device.IP.Diagnostics.IPPing()", ("NumberOfRepetitions", "many")));

        unknown.Job.Fault!.Code.Should().Be("usp.7026");
        wrong.Job.Fault!.Code.Should().Be("usp.7027");
        wrong.Job.Fault.Message.Should().Be("The device refused Device.IP.Diagnostics.IPPing(): the command's arguments are wrong (7027).");
    }

    [Fact]
    public async Task A_reboot_completes_the_device_comes_back_and_its_boot_is_an_event()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        await SubscribedAsync(agent);
        var before = agent.Connections;

        var reboot = await world.RunAsync(device, "reboot");

        reboot.Job.State.Should().Be(JobState.Completed, reboot.Job.Fault?.Message);
        await JobWorld.UntilAsync(async () => agent.Connections > before && (await world.EventsAsync(device)).Any(e => e.Kind == "boot"), "the device has booted");
        (await world.EventsAsync(device)).First(e => e.Kind == "boot").Message.Should().Be("The device has started (RemoteReboot).");
    }

    [Fact]
    public async Task Firmware_is_downloaded_activated_and_seen_after_the_boot()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        await SubscribedAsync(agent);

        var download = await world.RunAsync(device, "operate", Operate("Device.DeviceInfo.FirmwareImage.2.Download()", ("URL", "http://192.0.2.1/images/9.9.9.bin"), ("AutoActivate", "false")));
        var activate = await world.RunAsync(device, "operate", Operate("Device.DeviceInfo.FirmwareImage.2.Activate()"));

        download.Job.State.Should().Be(JobState.Completed, download.Job.Fault?.Message);
        activate.Job.State.Should().Be(JobState.Completed, activate.Job.Fault?.Message);
        await JobWorld.UntilAsync(async () => await world.StoredAsync(device, "Device.DeviceInfo.SoftwareVersion") == "9.9.9", "the new version is seen");
        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Any(e => e.Kind == "boot" && e.Message.Contains("firmware was updated", StringComparison.Ordinal)), "the boot is told");
    }

    private static Task SubscribedAsync(DeviceConsole.Simulator.Usp.UspAgent agent) => JobWorld.UntilAsync(
        () => Task.FromResult(agent.Gateway.Read("Device.LocalAgent.Subscription.").Count(p => p.Path.EndsWith(".ID", StringComparison.Ordinal) && p.Value.StartsWith("deviceconsole-", StringComparison.Ordinal)) == 2),
        "the product has subscribed");

    private static JsonObject Operate(string command, params (string Name, string Value)[] arguments) => new()
    {
        ["command"] = command, ["arguments"] = new JsonArray([.. arguments.Select(a => (JsonNode?)new JsonObject { ["name"] = a.Name, ["value"] = a.Value })]),
    };
}
