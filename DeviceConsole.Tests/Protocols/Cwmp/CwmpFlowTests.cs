using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>A simulated CPE, the ACS, the engine and the database: what an operator asks happens on the device.</summary>
public sealed class CwmpFlowTests : IAsyncLifetime
{
    private const string Ssid = "Device.WiFi.SSID.1.SSID";
    private CwmpWorld world = null!;

    public async Task InitializeAsync() => world = await CwmpWorld.CreateAsync();

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_device_that_calls_is_described_and_its_first_values_are_stored()
    {
        var (device, cpe) = await world.StartAsync();
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the device calls");

        var values = await world.ValuesAsync(device);
        values["Device.DeviceInfo.SoftwareVersion"].Value.Should().Be("3.4.1");
        values["Device.DeviceInfo.SoftwareVersion"].Source.Should().Be("cwmp");
        await JobWorld.UntilAsync(async () => await world.EventsAsync(device) == "bootstrap,boot", "the events are raised");
        (await world.Database.ScalarAsync<string>($"SELECT manufacturer || '|' || model || '|' || serial_number FROM devices WHERE id = '{device}'")).Should().Be("Homegate|HG-5400|S0001");
        var settings = JsonNode.Parse(await world.Database.ScalarAsync<string>($"SELECT settings::text FROM device_endpoints WHERE device_id = '{device}'"))!;
        settings["connectionRequestUrl"]!.GetValue<string>().Should().Be(cpe.ConnectionRequests!.Url.ToString());
        (settings["root"]!.GetValue<string>(), settings["callsFrom"]!.GetValue<string>()).Should().Be(("Device.", "127.0.0.1"));
        await JobWorld.UntilAsync(async () => (await world.Sessions.ListAsync(world.Admin, device, false, null, 10, default)).Value.Any(s => s is { Open: false, Failed: false }), "the session is listed as over");
    }

    [Fact]
    public async Task A_job_wakes_the_device_by_a_connection_request_and_is_done()
    {
        var (device, cpe) = await world.StartAsync();
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the device calls");

        var job = await world.RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.SerialNumber", "Device.WiFi.SSID.1.") });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        job.Values.Should().Contain(v => v.Path == "Device.DeviceInfo.SerialNumber" && v.Value == "S0001" && v.Type == "string");
        job.Values.Should().Contain(v => v.Path == Ssid);
        cpe.ConnectionRequests!.Authorized.Should().BeGreaterThan(0, "the connection request answered the challenge");
    }

    [Fact]
    public async Task A_refresh_fills_the_tree_with_few_requests()
    {
        var (device, cpe) = await world.StartAsync();

        var job = await world.RunAsync(device, "refresh");

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        var values = await world.ValuesAsync(device);
        values.Keys.Should().Contain(CwmpWorld.LastingPaths(cpe)).And.HaveCountGreaterThan(1_000);
        values[Ssid].Writable.Should().BeTrue();
        values["Device.DeviceInfo.SerialNumber"].Writable.Should().BeFalse();
        values["Device.WiFi.SSID.1.Enable"].Type.Should().Be("boolean");
        cpe.Requests.Count(r => r is "GetParameterNames" or "GetParameterValues").Should().BeLessThan(8);
    }

    [Fact]
    public async Task A_set_without_types_asks_the_device_for_them_and_is_read_back()
    {
        var (device, cpe) = await world.StartAsync();

        var job = await world.RunAsync(device, "set", new JsonObject
        {
            ["values"] = new JsonArray(
                new JsonObject { ["path"] = Ssid, ["value"] = "new & <ssid>" },
                new JsonObject { ["path"] = "Device.WiFi.SSID.1.Enable", ["value"] = "false" },
                new JsonObject { ["path"] = "Device.ManagementServer.PeriodicInformInterval", ["type"] = "unsignedInt", ["value"] = "600" }),
        });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        cpe.Gateway.Find(Ssid)!.Value.Should().Be("new & <ssid>");
        cpe.Gateway.Find("Device.WiFi.SSID.1.Enable")!.Value.Should().Be("false");
        cpe.Gateway.Find("Device.ManagementServer.PeriodicInformInterval")!.Value.Should().Be("600");
        (await world.ValuesAsync(device))[Ssid].Value.Should().Be("new & <ssid>");
    }

    [Fact]
    public async Task A_refused_set_names_the_parameter_and_changes_nothing()
    {
        var (device, cpe) = await world.StartAsync();
        var before = cpe.Gateway.Find(Ssid)!.Value;

        var job = await world.RunAsync(device, "set", new JsonObject
        {
            ["values"] = new JsonArray(
                new JsonObject { ["path"] = Ssid, ["value"] = "changed" },
                new JsonObject { ["path"] = "Device.DeviceInfo.SerialNumber", ["type"] = "string", ["value"] = "mine" }),
        });

        job.Job.State.Should().Be(JobState.Failed);
        job.Job.Fault!.Code.Should().Be("cwmp.not-writable");
        job.Job.Fault.Message.Should().StartWith("Device.DeviceInfo.SerialNumber: ").And.EndWith("Nothing was changed.");
        cpe.Gateway.Find(Ssid)!.Value.Should().Be(before);
    }

    [Fact]
    public async Task An_object_is_added_read_and_deleted_again()
    {
        var (device, cpe) = await world.StartAsync();
        (await world.RunAsync(device, "refresh", new JsonObject { ["path"] = "Device.NAT." })).Job.State.Should().Be(JobState.Completed);

        var added = await world.RunAsync(device, "add-object", new JsonObject { ["path"] = "Device.NAT.PortMapping." });

        added.Job.State.Should().Be(JobState.Completed, added.Job.Fault?.Message);
        var instance = added.Job.Summary!.Split(' ')[0];
        cpe.Gateway.Exists(instance).Should().BeTrue();
        var made = (await world.ValuesAsync(device)).Where(v => v.Key.StartsWith(instance, StringComparison.Ordinal)).ToList();
        made.Should().Contain(v => v.Value.Type != "object").And.OnlyContain(v => v.Value.Writable != null, "whoever makes it wants to fill it in next");

        var deleted = await world.RunAsync(device, "delete-object", new JsonObject { ["path"] = instance });

        deleted.Job.State.Should().Be(JobState.Completed, deleted.Job.Fault?.Message);
        cpe.Gateway.Exists(instance).Should().BeFalse();
        await JobWorld.UntilAsync(async () => !(await world.ValuesAsync(device)).Keys.Any(k => k.StartsWith(instance, StringComparison.Ordinal)), "what is stored of it goes too");
    }

    [Theory]
    [InlineData("Device.NAT.", false)]
    [InlineData("", false)]
    [InlineData("", true)]
    public async Task Whatever_went_from_the_device_by_itself_goes_from_the_tree_with_the_next_refresh(string path, bool oneLevelOnly)
    {
        var (device, cpe) = await world.StartAsync(new CpeQuirks { OneLevelOnly = oneLevelOnly });
        var instances = Enumerable.Range(0, 40).Select(_ => $"Device.NAT.PortMapping.{cpe.Gateway.Add("Device.NAT.PortMapping.").Instance}.").ToList();
        await world.RunAsync(device, "refresh", new JsonObject { ["path"] = path });
        (await world.ValuesAsync(device)).Keys.Should().Contain(instances).And.Contain(instances.Select(i => i + "ExternalPort"));

        foreach (var instance in instances.Skip(1)) cpe.Gateway.Delete(instance).Should().BeNull();
        var job = await world.RunAsync(device, "refresh", new JsonObject { ["path"] = path });

        job.Job.State.Should().Be(JobState.Completed);
        var left = (await world.ValuesAsync(device)).Keys.Where(k => k.StartsWith("Device.NAT.PortMapping.", StringComparison.Ordinal)).ToList();
        left.Should().Contain(instances[0] + "ExternalPort").And.NotContain(k => instances.Skip(1).Any(i => k.StartsWith(i, StringComparison.Ordinal)), "they are gone in the moment that the job has ended");
    }

    [Theory]
    [InlineData(true, "cwmp", true)]
    [InlineData(false, "usp", true)]
    [InlineData(false, "cwmp", false)]
    public async Task A_device_that_names_nothing_loses_nothing_and_what_another_protocol_knows_stays(bool namesNothing, string source, bool stays)
    {
        const string Path = "Device.Other.Thing";
        var (device, _) = await world.StartAsync(new CpeQuirks { NamesNothing = namesNothing });
        await world.Database.ExecuteAsync("INSERT INTO parameter_paths (tenant_id, path) VALUES ($1, $2)", world.Tenant, Path);
        await world.Database.ExecuteAsync("INSERT INTO parameters (tenant_id, device_id, path_id, value, type, source) SELECT tenant_id, $1, id, '1', 'string', $2 FROM parameter_paths WHERE path = $3", device, source, Path);

        var job = await world.RunAsync(device, "refresh");

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        (await world.ValuesAsync(device)).ContainsKey(Path).Should().Be(stays);
    }

    [Fact]
    public async Task Names_and_methods_are_listed_without_touching_the_tree()
    {
        var (device, _) = await world.StartAsync();

        var names = await world.RunAsync(device, "get-names", new JsonObject { ["path"] = "Device.", ["nextLevel"] = true });
        names.Values.Should().Contain(v => v.Path == "Device.WiFi." && v.Type == "object");
        var methods = await world.RunAsync(device, "get-rpc-methods");
        methods.Values.Select(v => v.Path).Should().Contain(["Download", "Reboot"]);
        (await world.ValuesAsync(device)).Keys.Should().NotContain("Device.WiFi.").And.NotContain("Download");
    }

    [Fact]
    public async Task Attributes_are_set_and_a_change_is_reported_at_once()
    {
        var (device, cpe) = await world.StartAsync();
        var set = await world.RunAsync(device, "set-attributes", new JsonObject { ["attributes"] = new JsonArray(new JsonObject { ["path"] = Ssid, ["notification"] = "2" }) });
        set.Job.State.Should().Be(JobState.Completed, set.Job.Fault?.Message);
        var read = await world.RunAsync(device, "get-attributes", new JsonObject { ["names"] = new JsonArray(Ssid) });
        read.Values.Should().ContainSingle().Which.Value.Should().Contain("active");

        cpe.Gateway.Set([(Ssid, "changed at home")]).Should().BeNull();

        await JobWorld.UntilAsync(async () => (await world.ValuesAsync(device)).GetValueOrDefault(Ssid)?.Value == "changed at home", "the change arrives");
        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Contains("value-change", StringComparison.Ordinal), "the event is raised");
    }

    [Fact]
    public async Task A_reboot_brings_the_device_back_with_its_boot()
    {
        var (device, cpe) = await world.StartAsync();
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the device calls");

        (await world.RunAsync(device, "reboot")).Job.State.Should().Be(JobState.Completed);

        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Split(',').Count(e => e == "boot") == 2, "the device boots");
    }

    [Fact]
    public async Task A_reboot_without_an_answer_is_confirmed_by_the_boot_that_follows()
    {
        var (device, _) = await world.StartAsync(new CpeQuirks { RebootsAtOnce = true });

        var job = await world.RunAsync(device, "reboot");

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        job.Job.Summary.Should().Contain("M Reboot");
    }

    [Fact]
    public async Task A_factory_reset_is_seen_as_a_bootstrap()
    {
        var (device, cpe) = await world.StartAsync();
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the device calls");

        (await world.RunAsync(device, "factory-reset")).Job.State.Should().Be(JobState.Completed);

        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Split(',').Count(e => e == "bootstrap") == 2, "the device bootstraps");
    }

    [Fact]
    public async Task A_scheduled_inform_comes()
    {
        var (device, _) = await world.StartAsync();

        (await world.RunAsync(device, "schedule-inform", new JsonObject { ["delay"] = 1 })).Job.State.Should().Be(JobState.Completed);

        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Contains("scheduled", StringComparison.Ordinal), "the device calls as scheduled");
    }

    [Fact]
    public async Task A_job_waits_with_its_reason_until_an_unreachable_device_calls_by_itself()
    {
        var (device, cpe) = await world.StartAsync(change: o => o with { ConnectionRequests = null });
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the device calls");

        var job = await world.EnqueueAsync(device, "get", new JsonObject { ["names"] = new JsonArray(Ssid) });
        await JobWorld.UntilAsync(async () => (await world.DetailAsync(job)).Job.WaitReason?.Contains("has not told yet where", StringComparison.Ordinal) == true, "the job says why it waits");
        (await world.DetailAsync(job)).Job.State.Should().Be(JobState.Queued);

        cpe.Call("2 PERIODIC");
        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task The_exchange_stands_beside_its_job_without_secrets()
    {
        var (device, _) = await world.StartAsync();

        var job = await world.RunAsync(device, "set", new JsonObject
        {
            ["values"] = new JsonArray(new JsonObject { ["path"] = "Device.WiFi.AccessPoint.1.Security.KeyPassphrase", ["type"] = "string", ["value"] = "canary-passphrase" }),
        });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        await JobWorld.UntilAsync(async () => (await world.TracesAsync(device)) is var said && said.Contains("SetParameterValuesResponse", StringComparison.Ordinal) && said.Contains("InformResponse", StringComparison.Ordinal),
            "the traces of the job and of its session are written");
        var traces = await world.TracesAsync(device);
        traces.Should().Contain("Inform 0 BOOTSTRAP, 1 BOOT").And.Contain("KeyPassphrase");
        traces.Should().NotContain("canary-passphrase").And.NotContain(CwmpWorld.Password);
        (await world.ValuesAsync(device)).Values.Should().NotContain(v => v.Value == "canary-passphrase");
    }
}
