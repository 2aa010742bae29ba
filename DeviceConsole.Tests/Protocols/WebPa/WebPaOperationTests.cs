using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.WebPa.WebPaDevice;

namespace DeviceConsole.Tests.Protocols.WebPa;

/// <summary>The operations and events of WebPA on a simulated RDK gateway, through the real application.</summary>
public sealed class WebPaOperationTests(WebPaWorld world) : IClassFixture<WebPaWorld>
{
    private const string Ssid = "Device.WiFi.SSID.1.SSID";
    private const string Mappings = "Device.NAT.PortMapping.";

    [Fact]
    public async Task A_row_is_added_and_deleted_and_the_stored_tree_follows()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();

        var added = await device.RunAsync("add-row", new() { ["table"] = Mappings, ["values"] = new JsonArray(new JsonObject { ["name"] = "ExternalPort", ["value"] = "8080" }) });

        added.Job.State.Should().Be(JobState.Completed, added.Job.Fault?.Message);
        var path = added.Values.Should().ContainSingle().Subject.Path;
        path.Should().StartWith(Mappings).And.EndWith(".ExternalPort");
        device.Gateway.Find(path)!.Value.Should().Be("8080");
        var row = path[..(path.LastIndexOf('.') + 1)];
        (await device.StoredAsync(row)).Should().NotBeEmpty();

        var deleted = (await device.RunAsync("delete-row", new() { ["row"] = row })).Job;
        deleted.State.Should().Be(JobState.Completed, deleted.Fault?.Message);

        device.Gateway.Exists(row).Should().BeFalse();
        await JobWorld.UntilAsync(async () => (await device.StoredAsync(row)).Count == 0, "what was below the row is forgotten");
    }

    [Theory]
    [InlineData("refresh", "Device.NAT.", true)]
    [InlineData("get", Mappings, true)]
    [InlineData("get", "Device.DeviceInfo.", false)]
    public async Task A_row_that_went_by_itself_goes_from_the_tree_when_all_of_its_table_was_read(string operation, string path, bool goes)
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();
        var row = $"{Mappings}{device.Gateway.Add(Mappings).Instance}.";
        device.Gateway.Add(Mappings).Fault.Should().BeNull();
        (await device.RunAsync("refresh", new() { ["path"] = "Device.NAT." })).Job.State.Should().Be(JobState.Completed);
        (await device.StoredAsync(row)).Should().NotBeEmpty();

        device.Gateway.Delete(row).Should().BeNull();
        (await device.RunAsync(operation, operation == "get" ? Names(path) : new() { ["path"] = path })).Job.State.Should().Be(JobState.Completed);

        (await device.StoredAsync(row)).Any().Should().Be(!goes);
        (await device.StoredAsync(Mappings)).Should().NotBeEmpty();
    }

    [Fact]
    public async Task The_rows_of_a_table_are_replaced()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();
        var rows = new JsonArray(new JsonObject { ["row"] = 1, ["name"] = "ExternalPort", ["value"] = "4001" }, new JsonObject { ["row"] = 2, ["name"] = "ExternalPort", ["value"] = "4002" });

        (await device.RunAsync("replace-rows", new() { ["table"] = Mappings, ["rows"] = rows })).Job.State.Should().Be(JobState.Completed);

        device.Gateway.Read(Mappings).Where(p => p.Path.EndsWith(".ExternalPort", StringComparison.Ordinal)).Select(p => p.Value).Should().Equal("4001", "4002");
    }

    [Fact]
    public async Task A_change_that_was_asked_for_is_reported_stored_and_acknowledged()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();
        (await device.RunAsync("set-attributes", new() { ["attributes"] = new JsonArray(new JsonObject { ["name"] = Ssid, ["notify"] = true }) })).Job.State.Should().Be(JobState.Completed);
        (await device.RunAsync("get-attributes", Names(Ssid))).Values.Should().ContainSingle().Which.Value.Should().Be("notify on");

        device.Gateway.Set([(Ssid, "Changed on the spot")]).Should().BeNull();

        await JobWorld.UntilAsync(() => Task.FromResult(agent.Acknowledged == 1), "the event is acknowledged");
        (await device.StoredAsync(Ssid)).Should().ContainSingle().Which.Value.Should().Be("Changed on the spot");
        (await device.EventsAsync()).Should().Contain(e => e.Kind == "value-change" && e.Message.Contains("to \"Changed on the spot\""));
    }

    [Fact]
    public async Task Test_and_set_writes_only_where_the_configuration_is_the_expected_one()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();
        JsonObject With(string old, string next, string ssid)
        {
            var arguments = Value(Ssid, ssid);
            arguments["oldCid"] = old;
            arguments["newCid"] = next;
            arguments["syncCmc"] = "512";
            return arguments;
        }

        var first = await device.RunAsync("test-and-set", With("0", "abc", "One"));
        var second = await device.RunAsync("test-and-set", With("0", "def", "Two"));

        first.Job.State.Should().Be(JobState.Completed, first.Job.Fault?.Message);
        first.Values.Should().Contain(v => v.Path == "Device.DeviceInfo.Webpa.X_COMCAST-COM_CID" && v.Value == "abc");
        (second.Job.State, second.Job.Fault!.Code).Should().Be((JobState.Failed, "webpa.other-id"));
        device.Gateway.Find(Ssid)!.Value.Should().Be("One");
    }

    [Theory]
    [InlineData("Device.Nope.X", "x", "string", "webpa.no-such-name")]
    [InlineData("Device.DeviceInfo.SerialNumber", "x", "string", "webpa.not-writable")]
    [InlineData("Device.WiFi.SSID.1.Enable", "true", "string", "webpa.wrong-type")]
    public async Task A_refused_write_says_what_is_wrong(string name, string value, string type, string code)
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();

        var job = (await device.RunAsync("set", Value(name, value, type))).Job;

        (job.State, job.Fault!.Code).Should().Be((JobState.Failed, code));
        job.Fault.Detail.Should().Contain("520").And.Contain(name);
    }

    [Fact]
    public async Task A_reboot_takes_the_device_away_and_it_comes_back_with_its_reason()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();

        (await device.RunAsync("reboot", [])).Job.State.Should().Be(JobState.Completed);

        await JobWorld.UntilAsync(() => Task.FromResult(agent.Connections == 2), "the device connects again");
        await JobWorld.UntilAsync(async () => (await device.EventsAsync()).Count(e => e.Kind == "online") == 2, "it is online again");
        // Its hosts come and go meanwhile; that is told, too.
        var events = (await device.EventsAsync()).Where(e => e.Kind is "online" or "offline").ToList();
        events[0].Message.Should().Contain("last reboot: RemoteReboot");
        events.Select(e => e.Kind).Should().Equal("online", "offline", "online");
    }

    [Fact]
    public async Task What_the_device_says_of_itself_fills_its_record()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();

        await JobWorld.UntilAsync(async () => (await device.StoredAsync("Device.DeviceInfo.ModelName")).Count == 1, "the model is stored");
        (await device.StoredAsync("Device.DeviceInfo.ModelName"))[0].Value.Should().Be("HG-5400");
        await JobWorld.UntilAsync(async () => await world.Host.Database.ScalarAsync<string>("SELECT manufacturer || ' ' || model FROM devices WHERE id = $1", device.Id) == "Homegate HG-5400", "the record is filled");
    }

    [Fact]
    public async Task Secrets_do_not_stand_in_the_trace()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();

        await device.RunAsync("set", Value("Device.WiFi.AccessPoint.1.Security.KeyPassphrase", "canary-passphrase"));

        var trace = "";
        await JobWorld.UntilAsync(async () => (trace = await device.TraceAsync()).Contains("SET response", StringComparison.Ordinal), "the exchange is kept");
        trace.Should().Contain("KeyPassphrase").And.NotContain("canary-passphrase").And.NotContain(device.Token);
    }

    [Fact]
    public async Task On_the_address_that_stock_parodus_calls_the_token_finds_the_tenant()
    {
        const string mac = "02:00:5E:7F:00:01";
        var first = await world.CreateAsync("first-token", mac: mac);
        var second = await world.CreateAsync("second-token", mac: mac);

        await using var agent = await second.ConnectAsync(shared: true);

        (await first.IsConnectedAsync()).Should().BeFalse();
        (await second.RunAsync("get", Names("Device.DeviceInfo.SerialNumber"))).Values[0].Value.Should().Be(second.Gateway.Options.Serial);
    }

    [Fact]
    public async Task A_device_without_a_token_is_let_in_where_its_name_is_enough_and_nowhere_else()
    {
        var trusting = await world.CreateAsync(token: null, trust: "device-id");
        await using var agent = await trusting.ConnectAsync();

        var strict = await world.CreateAsync(token: null);
        await using var refused = strict.Start();
        await JobWorld.UntilAsync(() => Task.FromResult(refused.LastStatus == 403), "no token is no proof, also where none is stored");
    }
}
