using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Scheduled and cancelled transfers, software modules, options, vendors' methods, and what a device reports by itself: through the engine, with a device that speaks them.</summary>
public sealed class CwmpLaterRpcTests : IAsyncLifetime
{
    private CwmpWorld world = default!;

    public async Task InitializeAsync() => world = await CwmpWorld.CreateAsync();

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_scheduled_firmware_is_fetched_in_its_window_and_ends_with_the_version_that_runs()
    {
        var (device, cpe) = await world.StartAsync(new CpeQuirks { WindowMinute = TimeSpan.FromMilliseconds(10) });
        var image = await world.StoreAsync("hg-3.7.0.bin", new byte[5_000], "3.7.0");

        var job = await world.RunAsync(device, "schedule-download", new JsonObject { ["file"] = image.Id.ToString(), ["windows"] = Window(30, 120) });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        job.Job.Summary.Should().Contain("3.7.0");
        cpe.Gateway.Find("Device.DeviceInfo.SoftwareVersion")!.Reported.Should().Be("3.7.0");
    }

    [Fact]
    public async Task A_transfer_that_waits_is_listed_and_cancelling_it_ends_the_job_that_waits_for_it()
    {
        var (device, _) = await world.StartAsync();
        var waiting = await world.EnqueueAsync(device, "schedule-download", new JsonObject { ["url"] = "http://127.0.0.1:9/x.bin", ["fileSize"] = 4_711, ["windows"] = Window(600, 700) }, 1);
        await JobWorld.UntilAsync(async () => (await world.DetailAsync(waiting)).Job.WaitReason?.Contains("scheduled download", StringComparison.Ordinal) == true, "the device took the request");

        var listed = await world.RunAsync(device, "queued-transfers");
        var cancelled = await world.RunAsync(device, "cancel-transfer", new JsonObject { ["transfer"] = waiting.ToString() });
        var end = await world.EndAsync(waiting);
        var empty = await world.RunAsync(device, "queued-transfers");

        listed.Values.Should().ContainSingle().Which.Path.Should().Be(waiting.ToString("N"));
        listed.Values[0].Value.Should().Be("download of 1 Firmware Upgrade Image, 4,711 bytes: not yet started");
        cancelled.Job.State.Should().Be(JobState.Completed, cancelled.Job.Fault?.Message);
        (end.Job.State, end.Job.Fault!.Code).Should().Be((JobState.Failed, "cwmp.transfer-cancelled"));
        empty.Values.Should().BeEmpty();
    }

    [Fact]
    public async Task A_device_of_CWMP_1_0_is_asked_for_its_transfers_in_the_old_way()
    {
        var (device, cpe) = await world.StartAsync(new CpeQuirks { OldQueueOnly = true });

        var job = await world.RunAsync(device, "queued-transfers");

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Requests.Contains("GetQueuedTransfers")), "its session is over");
        cpe.Requests.Should().ContainInOrder("GetAllQueuedTransfers", "GetQueuedTransfers");
    }

    [Fact]
    public async Task Software_modules_are_installed_updated_and_removed_and_a_refusal_is_a_sentence()
    {
        const string uuid = "c0c4328b-18a4-4b3b-b1da-e8ea8d8f457d";
        var (device, cpe) = await world.StartAsync();
        var image = await world.StoreAsync("app-1.2.tar", [1, 2, 3], "1.2", "X 00D09E Software Module");

        var made = await ChangeAsync(device, image.Id, Operation("install", uuid, "1.2"));
        made.Job.State.Should().Be(JobState.Completed, made.Job.Fault?.Message);
        made.Values.Should().ContainSingle().Which.Should().Match<Core.Parameters.ParameterValue>(v => v.Path == "Device.SoftwareModules.DeploymentUnit.1." && v.Value == "Installed 1.0");
        cpe.Modules.Units.Should().BeEquivalentTo(new Dictionary<string, string> { [uuid] = "1.0" });

        var twice = await ChangeAsync(device, image.Id, Operation("install", uuid, "1.2"), Operation("uninstall", "00000000-0000-4000-8000-000000000001", null));
        (twice.Job.State, twice.Job.Fault!.Code).Should().Be((JobState.Failed, "cwmp.duplicate-module"));
        twice.Job.Fault.Message.Should().StartWith("2 of 2 operations failed.");

        var gone = await ChangeAsync(device, null, Operation("uninstall", uuid, null));
        gone.Job.State.Should().Be(JobState.Completed, gone.Job.Fault?.Message);
        cpe.Modules.Units.Should().BeEmpty();
        (await world.EventsAsync(device)).Should().Contain("du-state-change-complete");
    }

    [Fact]
    public async Task Options_are_read_vouchers_are_set_and_a_vendors_method_is_called()
    {
        var (device, _) = await world.StartAsync();

        var set = await world.RunAsync(device, "set-vouchers", new JsonObject { ["vouchers"] = new JsonArray(Convert.ToBase64String("Voice"u8)) });
        var options = await world.RunAsync(device, "get-options");
        var vendor = await world.RunAsync(device, "vendor-rpc", new JsonObject { ["method"] = "X_00D09E_Locate", ["arguments"] = new JsonArray(new JsonObject { ["name"] = "Seconds", ["value"] = "7" }) });
        var unknown = await world.RunAsync(device, "vendor-rpc", new JsonObject { ["method"] = "X_00D09E_Nothing" });

        set.Job.State.Should().Be(JobState.Completed, set.Job.Fault?.Message);
        options.Values.Select(v => v.Path).Should().Equal("Parental control", "Voice");
        options.Values[0].Value.Should().Be("enabled without an end, set up, voucher 4711");
        vendor.Values.Should().ContainSingle().Which.Should().Match<Core.Parameters.ParameterValue>(v => v.Path == "Blinking" && v.Value == "7");
        (unknown.Job.State, unknown.Job.Fault!.Code).Should().Be((JobState.Failed, "cwmp.method-not-supported"));
    }

    [Fact]
    public async Task What_a_device_reports_by_itself_is_acknowledged_and_stands_in_its_event_log()
    {
        var (device, cpe) = await world.StartAsync();
        cpe.Tell(new AutonomousTransferComplete("", "http://x/", true, "1 Firmware Upgrade Image", 7, "", TransferFault.None, "", ""), "10 AUTONOMOUS TRANSFER COMPLETE");
        cpe.Tell(new AutonomousDUStateChangeComplete([new DUStateChangeResult("u", "", "2", "Installed", "Update", TransferFault.None)]), "12 AUTONOMOUS DU STATE CHANGE COMPLETE");
        cpe.Tell(new RequestDownload("2 Web Content", [("Version", "3")]), "9 REQUEST DOWNLOAD");

        // The event code alone is an event too; the report itself brings the arguments.
        await JobWorld.UntilAsync(async () => await world.EventsAsync(device) is var events && events.Contains("autonomous-transfer-complete", StringComparison.Ordinal)
            && events.Contains("autonomous-du-state-change-complete", StringComparison.Ordinal), "both reports are events");
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM device_events WHERE device_id = '{device}' AND kind = 'request-download' AND detail -> 'arguments' = '[\"Version=3\"]'") == 1, "the request for a download is one, with what it asks for");
    }

    [Theory]
    [InlineData("schedule-download", """{"url":"http://a/b","windows":[{"start":5,"end":5}]}""", "windows")]
    [InlineData("schedule-download", """{"url":"http://a/b","windows":[{"start":0,"end":60},{"start":30,"end":90}]}""", "windows")]
    [InlineData("schedule-download", """{"windows":[{"start":0,"end":60}]}""", "file")]
    [InlineData("cancel-transfer", """{"transfer":"a key that is longer than thirty-two characters"}""", "transfer")]
    [InlineData("change-du-state", """{"operations":[{"operation":"install"}]}""", "operations")]
    [InlineData("change-du-state", """{"operations":[{"operation":"uninstall"}]}""", "operations")]
    [InlineData("change-du-state", """{"operations":[{"operation":"install","url":"http://u:p@a/b"}]}""", "operations")]
    [InlineData("change-du-state", """{"operations":[{"operation":"update","uuid":"no"}]}""", "operations")]
    [InlineData("set-vouchers", """{"vouchers":["not base64!"]}""", "vouchers")]
    [InlineData("vendor-rpc", """{"method":"Reboot"}""", "method")]
    [InlineData("vendor-rpc", """{"method":"X_A","arguments":[{"name":"a b","value":""}]}""", "arguments")]
    [InlineData("upload", """{"ownFileType":"Vendor Log File"}""", "ownFileType")]
    [InlineData("upload", """{"ownFileType":"X ACME Crash dump"}""", "ownFileType")]
    [InlineData("download", """{"url":"http://a/b","ownFileType":"X 00D09E A name for a file that is longer than the standard's sixty-four characters"}""", "ownFileType")]
    public void Arguments_that_cannot_work_are_refused_with_a_sentence(string operation, string arguments, string field) =>
        CwmpArguments.Check(operation, JsonNode.Parse(arguments)!.AsObject()).Should().ContainSingle().Which.Should().Match<FieldError>(e => e.Field == field && e.Message.EndsWith('.'));

    private static JsonArray Window(int start, int end) => [new JsonObject { ["start"] = start, ["end"] = end, ["mode"] = "1 At Any Time" }];

    private static JsonObject Operation(string kind, string uuid, string? version) => new() { ["operation"] = kind, ["uuid"] = uuid, ["version"] = version };

    private Task<JobDetail> ChangeAsync(Guid device, Guid? file, params JsonObject[] operations)
    {
        var arguments = new JsonObject { ["operations"] = new JsonArray([.. operations]) };
        if (file is not null) arguments["file"] = file.ToString();
        return world.RunAsync(device, "change-du-state", arguments);
    }
}
