using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Instances that are named by their aliases (TR-069 §3.6.1): taken everywhere, kept under their numbers.</summary>
public sealed class CwmpAliasTests : IAsyncLifetime
{
    private const string Table = "Device.NAT.PortMapping.", Web = Table + "[web].", Mode = "Device.ManagementServer.InstanceMode";
    private CwmpWorld world = default!;

    public async Task InitializeAsync() => world = await CwmpWorld.CreateAsync();

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task An_instance_is_made_read_set_and_deleted_by_its_alias_and_is_in_the_tree_once_under_its_number()
    {
        var (device, cpe) = await world.StartAsync();
        var added = await RunAsync(device, "add-object", new JsonObject { ["path"] = Web });
        var instance = added.Job.Summary!.Split(' ')[0];
        instance.Should().MatchRegex("^Device\\.NAT\\.PortMapping\\.[0-9]+\\.$");
        added.Job.Summary.Should().Contain("was made under the alias web");
        cpe.Gateway.PathOf(Web).Should().Be(instance);

        await RunAsync(device, "set", new JsonObject { ["values"] = new JsonArray(Value(Web + "ExternalPort", "8080"), Value(Web + "Description", "by alias")) });
        cpe.Gateway.Find(instance + "ExternalPort")!.Value.Should().Be("8080");
        var read = await RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray(Web, Web + "Description", instance + "ExternalPort") });
        read.Values.Select(v => v.Path).Should().OnlyContain(p => p.StartsWith(instance, StringComparison.Ordinal)).And.OnlyHaveUniqueItems();
        await RunAsync(device, "refresh", new JsonObject { ["path"] = Web });
        await RunAsync(device, "set-attributes", new JsonObject { ["attributes"] = new JsonArray(new JsonObject { ["path"] = Web + "ExternalPort", ["notification"] = "1" }) });
        (await RunAsync(device, "get-attributes", new JsonObject { ["names"] = new JsonArray(Web + "ExternalPort") })).Values.Should().ContainSingle().Which.Value.Should().Contain("passive");

        var stored = await world.ValuesAsync(device);
        stored.Keys.Should().NotContain(k => k.Contains('['), "an instance is there once");
        (stored[instance + "ExternalPort"].Value, stored[instance + "Description"].Value, stored[instance + "Alias"].Value).Should().Be(("8080", "by alias", "web"));

        await RunAsync(device, "delete-object", new JsonObject { ["path"] = Web });
        cpe.Gateway.Exists(instance).Should().BeFalse();
        (await world.ValuesAsync(device)).Keys.Should().NotContain(k => k.StartsWith(instance, StringComparison.Ordinal), "it is gone, by whatever name it was deleted");
    }

    [Fact]
    public async Task A_device_that_answers_by_aliases_gives_the_same_tree_as_by_numbers()
    {
        var (device, cpe) = await world.StartAsync();
        await RunAsync(device, "set", new JsonObject { ["values"] = new JsonArray(Value(Mode, "InstanceAlias")) });
        await RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.WiFi.SSID.") });
        (await world.ValuesAsync(device)).Keys.Should().Contain("Device.WiFi.SSID.1.SSID").And.NotContain(k => k.Contains('['));

        await RunAsync(device, "set", new JsonObject { ["values"] = new JsonArray(Value(Mode, "InstanceAlias")) });
        await RunAsync(device, "refresh");

        var stored = await world.ValuesAsync(device);
        stored.Keys.Should().Contain(CwmpWorld.LastingPaths(cpe)).And.NotContain(k => k.Contains('['));
        stored["Device.WiFi.SSID.1.SSID"].Writable.Should().BeTrue();
    }

    [Fact]
    public async Task What_a_device_reports_of_an_alias_is_stored_under_the_number_that_is_known_of_it()
    {
        var (device, cpe) = await world.StartAsync();
        await RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.WiFi.SSID.") });
        await RunAsync(device, "set-attributes", new JsonObject { ["attributes"] = new JsonArray(new JsonObject { ["path"] = "Device.WiFi.SSID.1.SSID", ["notification"] = "2" }) });
        await RunAsync(device, "set", new JsonObject { ["values"] = new JsonArray(Value(Mode, "InstanceAlias")) });

        cpe.Gateway.Set([("Device.WiFi.SSID.1.SSID", "at home")]).Should().BeNull();

        await JobWorld.UntilAsync(async () => (await world.ValuesAsync(device))["Device.WiFi.SSID.1.SSID"].Value == "at home", "the report arrives");
        (await world.ValuesAsync(device)).Keys.Should().NotContain(k => k.Contains('['));
    }

    [Fact]
    public async Task Setting_a_value_of_an_unknown_alias_makes_the_instance_where_the_device_does_so()
    {
        var (device, cpe) = await world.StartAsync();
        var set = new JsonObject { ["values"] = new JsonArray(Value(Web + "ExternalPort", "81", "unsignedInt")) };
        (await world.RunAsync(device, "set", set.DeepClone().AsObject())).Job.Fault!.Code.Should().Be("cwmp.invalid-name", "it does not yet");
        await RunAsync(device, "set", new JsonObject { ["values"] = new JsonArray(Value("Device.ManagementServer.AutoCreateInstances", "true")) });

        await RunAsync(device, "set", set);

        var instance = cpe.Gateway.PathOf(Web)!;
        (await world.ValuesAsync(device))[instance + "ExternalPort"].Value.Should().Be("81");

        // The second one's types are those of the first.
        await RunAsync(device, "set", new JsonObject { ["values"] = new JsonArray(Value(Table + "[mail].ExternalPort", "25"), Value(Table + "[mail].Enable", "true")) });
        cpe.Gateway.Find(cpe.Gateway.PathOf(Table + "[mail].") + "ExternalPort")!.Value.Should().Be("25");
    }

    [Theory]
    [InlineData("add-object", "{\"path\":\"Device.NAT.PortMapping.[web].\"}")]
    [InlineData("delete-object", "{\"path\":\"Device.NAT.PortMapping.[web].\"}")]
    [InlineData("get", "{\"names\":[\"Device.NAT.PortMapping.[web].Enable\"]}")]
    [InlineData("set", "{\"values\":[{\"path\":\"Device.NAT.PortMapping.[web].Enable\",\"value\":\"1\"}]}")]
    [InlineData("set-attributes", "{\"attributes\":[{\"path\":\"Device.NAT.PortMapping.[web].Enable\",\"notification\":\"1\"}]}")]
    public async Task A_device_that_knows_no_aliases_is_sent_nothing_and_the_job_says_why(string operation, string arguments)
    {
        var (device, cpe) = await world.StartAsync(new CpeQuirks { NoAliases = true });

        var job = await world.RunAsync(device, operation, JsonNode.Parse(arguments)!.AsObject());

        (job.Job.State, job.Job.Fault!.Code).Should().Be((JobState.Failed, "cwmp.no-aliases"));
        job.Job.Fault.Message.Should().Contain("nothing was sent").And.EndWith(".");
        cpe.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Device.NAT.PortMapping.[web].Enable", null)]
    [InlineData("Device.NAT.PortMapping.[web].", null)]
    [InlineData("Device.A.[a].B.[b].C", null)]
    [InlineData("Device.A.1.B.[cpe-2].C", null)]
    [InlineData("Device.A.[].B", "is no alias|alone between two dots")]
    [InlineData("Device.A.[a.b].C", "alone between two dots")]
    [InlineData("Device.A.x[a].C", "alone between two dots")]
    [InlineData("Device.A.[a]x.C", "alone between two dots")]
    [InlineData("Device.A.[[a]].C", "alone between two dots")]
    [InlineData("Device.A.[a.C", "alone between two dots")]
    [InlineData("Device.A.[1a].C", "begins with a letter")]
    [InlineData("Device.[a].C", "no table before it")]
    [InlineData("[a].B", "no table before it")]
    [InlineData("Device.A.1.[a].C", "no table before it")]
    [InlineData("Device.A.[b].[a].C", "no table before it")]
    [InlineData("Device.A.[a2345678901234567890123456789012345678901234567890123456789012345].C", "at most 64 characters")]
    public void Aliases_in_paths_are_checked_in_sentences(string path, string? wrong)
    {
        if (wrong is null) InstancePath.Check(path).Should().BeNull();
        else InstancePath.Check(path).Should().MatchRegex(wrong).And.EndWith(".");
        if (wrong is null) return;
        CwmpArguments.Check("get", new JsonObject { ["names"] = new JsonArray(path) }).Should().ContainSingle().Which.Message.Should().EndWith(".");
    }

    private async Task<JobDetail> RunAsync(Guid device, string operation, JsonObject? arguments = null)
    {
        var job = await world.RunAsync(device, operation, arguments);
        job.Job.State.Should().Be(JobState.Completed, $"{operation}: {job.Job.Fault?.Message} {job.Job.Fault?.Detail}");
        return job;
    }

    private static JsonObject Value(string path, string value, string? type = null) => new() { ["path"] = path, ["value"] = value, ["type"] = type };
}
