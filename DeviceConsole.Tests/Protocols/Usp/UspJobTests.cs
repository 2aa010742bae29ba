using System.Diagnostics;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Simulator.Usp;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Usp;

/// <summary>Jobs through the application, the database and a WebSocket to the agent and back.</summary>
public sealed class UspJobTests(UspWorld world) : IClassFixture<UspWorld>
{
    private const string Name = "Device.DeviceInfo.FriendlyName";

    [Fact]
    public async Task A_get_gives_the_value_with_its_type_and_access_and_the_exchange_beside_it()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        await JobWorld.UntilAsync(async () => await world.StoredAsync(device, "Device.DeviceInfo.SerialNumber") is not null, "the first contact was read");

        var detail = await world.RunAsync(device, "get", UspWorld.Paths("Device.DeviceInfo.SerialNumber", Name, "Device.DeviceInfo.UpTime"));

        detail.Job.State.Should().Be(JobState.Completed);
        detail.Values.Should().HaveCount(3);
        detail.Values[0].Should().Match<Core.Parameters.ParameterValue>(v => v.Value == agent.Gateway.Options.Serial && v.Type == "string" && v.Writable == false);
        detail.Values.Single(v => v.Path == Name).Writable.Should().BeTrue();
        detail.Values.Single(v => v.Path.EndsWith("UpTime", StringComparison.Ordinal)).Type.Should().Be("unsignedInt");
        (await world.StoredAsync(device, Name)).Should().Be("Home gateway");
        var trace = (await world.Host.Get<SessionService>().TraceOfJobAsync(world.Admin, detail.Job.Id, default)).Value.SelectMany(t => t.Entries).ToList();
        trace.Select(t => t.Title).Should().Equal("GET", "GET_RESP");
        trace[1].Body.Should().Contain("\"resolved_path\": \"Device.DeviceInfo.\"");
    }

    [Fact]
    public async Task A_set_is_read_back_and_a_secret_stands_in_no_trace()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        var name = $"Gateway {Guid.NewGuid():N}"[..30];

        var set = await world.RunAsync(device, "set", UspWorld.Values((Name, name), ("Device.WiFi.AccessPoint.1.Security.KeyPassphrase", "canary-55501")));

        set.Job.State.Should().Be(JobState.Completed, set.Job.Fault?.Detail);
        agent.Gateway.Find("Device.WiFi.AccessPoint.1.Security.KeyPassphrase")!.Value.Should().Be("canary-55501");
        (await world.RunAsync(device, "get", UspWorld.Paths(Name))).Values.Should().ContainSingle().Which.Value.Should().Be(name);
        var trace = (await world.Host.Get<SessionService>().TraceOfJobAsync(world.Admin, set.Job.Id, default)).Value.SelectMany(t => t.Entries).ToList();
        trace.Should().Contain(t => t.Body.Contains(name, StringComparison.Ordinal)).And.NotContain(t => t.Body.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refresh_reads_a_subtree_each_path_once()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;

        var detail = await world.RunAsync(device, "refresh", UspWorld.Paths("Device."));

        detail.Job.State.Should().Be(JobState.Completed, detail.Job.Fault?.Message);
        detail.Values.Should().HaveCountGreaterThan(500);
        detail.Values.Select(v => v.Path).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Search_expressions_wildcards_and_depth_are_the_devices_to_follow()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;

        var found = await world.RunAsync(device, "get", UspWorld.Paths("Device.WiFi.Radio.[OperatingFrequencyBand==\"5GHz\"].Name", "Device.WiFi.Radio.*.Channel"));
        var shallow = UspWorld.Paths("Device.WiFi.");
        shallow["maxDepth"] = 1;

        found.Values.Select(v => v.Path).Should().Equal("Device.WiFi.Radio.2.Name", "Device.WiFi.Radio.1.Channel", "Device.WiFi.Radio.2.Channel");
        var values = (await world.RunAsync(device, "get", shallow)).Values;
        values.Should().NotBeEmpty().And.OnlyContain(v => v.Path.Split('.').Length == 3);
    }

    [Fact]
    public async Task Paths_that_fail_are_told_one_by_one_and_the_others_are_kept()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;

        var detail = await world.RunAsync(device, "get", UspWorld.Paths(Name, "Device.Nope.", "Device.WiFi.Radio.77.Name"));

        detail.Job.State.Should().Be(JobState.Failed);
        detail.Job.Fault!.Class.Should().Be(FaultClass.Refused);
        detail.Job.Fault.Code.Should().Be("usp.7026");
        detail.Job.Fault.Message.Should().StartWith("The device refused 2 of 3, first Device.Nope.: the device's data model has no such path (7026)");
        detail.Job.Fault.Detail.Should().Contain("Device.Nope.: 7026").And.Contain("Device.WiFi.Radio.77.Name: 7016");
        detail.Values.Should().ContainSingle().Which.Path.Should().Be(Name);
    }

    [Fact]
    public async Task A_set_is_all_or_nothing_unless_parts_are_allowed()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        var values = UspWorld.Values((Name, "half"), ("Device.WiFi.Radio.1.Channel", "much"));

        var whole = await world.RunAsync(device, "set", values.DeepClone().AsObject());
        agent.Gateway.Find(Name)!.Value.Should().Be("Home gateway");
        values["allowPartial"] = true;
        var part = await world.RunAsync(device, "set", values);

        whole.Job.Fault!.Code.Should().Be("usp.7004");
        whole.Job.Fault.Detail.Should().Contain("Device.WiFi.Radio.1.Channel: 7011");
        agent.Gateway.Find(Name)!.Value.Should().Be("half");
        part.Job.Fault!.Message.Should().Contain("Device.WiFi.Radio.1.Channel");
        part.Values.Should().ContainSingle().Which.Value.Should().Be("half");
    }

    [Fact]
    public async Task Instances_are_added_listed_and_deleted_and_the_tree_follows()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        var add = new JsonObject
        {
            ["table"] = "Device.NAT.PortMapping.",
            ["values"] = new JsonArray(new JsonObject { ["name"] = "ExternalPort", ["value"] = "8443" }, new JsonObject { ["name"] = "Description", ["value"] = "camera" }),
        };

        var added = await world.RunAsync(device, "add", add);
        added.Job.State.Should().Be(JobState.Completed, added.Job.Fault?.Detail);
        var path = added.Job.Summary!.Split(' ')[0];
        path.Should().MatchRegex(@"^Device\.NAT\.PortMapping\.\d+\.$");
        (await world.StoredAsync(device, path + "ExternalPort")).Should().Be("8443");
        (await world.RunAsync(device, "get-instances", UspWorld.Paths("Device.NAT.PortMapping."))).Values.Should().Contain(v => v.Path == path && v.Type == "object");

        var deleted = await world.RunAsync(device, "delete", UspWorld.Paths(path));
        deleted.Job.State.Should().Be(JobState.Completed);
        await JobWorld.UntilAsync(async () => await world.StoredAsync(device, path + "ExternalPort") is null, "the instance is forgotten");
        (await world.RunAsync(device, "delete", UspWorld.Paths(path))).Job.Summary.Should().Be("Nothing was deleted: there was no such instance.");
    }

    [Theory]
    [InlineData("refresh", "Device.NAT.PortMapping.", true)]
    [InlineData("refresh", "Device.", true)]
    [InlineData("get", "Device.NAT.PortMapping.", true)]
    [InlineData("get", "Device.NAT.PortMapping.*.", false)]
    [InlineData("get", "Device.NAT.PortMapping.*.ExternalPort", false)]
    public async Task An_instance_that_went_by_itself_goes_from_the_tree_when_all_of_its_table_was_read(string operation, string path, bool goes)
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        var instance = agent.Gateway.Add("Device.NAT.PortMapping.").Instance;
        var port = $"Device.NAT.PortMapping.{instance}.ExternalPort";
        (await world.RunAsync(device, "refresh", UspWorld.Paths("Device."))).Job.State.Should().Be(JobState.Completed);
        (await world.StoredAsync(device, port)).Should().NotBeNull();

        agent.Gateway.Delete($"Device.NAT.PortMapping.{instance}.").Should().BeNull();
        (await world.RunAsync(device, operation, UspWorld.Paths(path))).Job.State.Should().Be(JobState.Completed);

        (await world.StoredAsync(device, port) is null).Should().Be(goes);
        (await world.StoredAsync(device, "Device.DeviceInfo.SerialNumber")).Should().NotBeNull();
    }

    [Fact]
    public async Task The_supported_data_model_and_the_versions_can_be_asked_for()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;

        var model = await world.RunAsync(device, "get-supported-dm", UspWorld.Paths("Device."));
        var versions = await world.RunAsync(device, "get-supported-protocol");

        model.Values.Should().Contain(v => v.Path == "Device.Reboot()" && v.Type == "command")
            .And.Contain(v => v.Path == "Device.WiFi.Radio.{i}.Channel" && v.Type == "unsignedInt" && v.Writable == true)
            .And.Contain(v => v.Path == "Device.Boot!" && v.Type == "event");
        versions.Job.Summary.Should().Be("The agent speaks USP 1.0,1.1,1.2,1.3.");
        (await world.StoredAsync(device, "Device.WiFi.Radio.{i}.Channel")).Should().BeNull("it is no value of the device");
    }

    [Fact]
    public async Task A_silent_agent_is_a_time_out_that_is_worth_a_retry()
    {
        var (device, agent) = await world.ConnectAsync(s => s["timeout"] = 1, UspAgentFault.Silent);
        await using var _ = agent;

        var detail = await world.RunAsync(device, "get", UspWorld.Paths(Name));

        detail.Job.Fault!.Class.Should().Be(FaultClass.Timeout);
        detail.Job.Fault.Code.Should().Be("usp.timeout");
        detail.Job.Fault.IsWorthARetry.Should().BeTrue();
    }

    [Fact]
    public async Task Garbage_is_called_garbage_also_where_it_comes_while_the_job_is_fetched()
    {
        // It answers what the console asks by itself, at the same time as the job: either may come first.
        for (var i = 0; i < 20; i++)
        {
            var (device, options) = await world.CreateAsync(fault: UspAgentFault.Garbage);
            var job = await world.EnqueueAsync(device, "get", UspWorld.Paths(Name), r => r with { MaxAttempts = 1 });
            await using var agent = world.Start(options);

            var detail = await world.EndAsync(job.Id);

            detail.Job.Fault!.Class.Should().Be(FaultClass.Garbage, "it is {0}: {1}", detail.Job.Fault.Code, detail.Job.Fault.Message);
        }
    }

    [Fact]
    public async Task An_agent_that_left_before_a_job_was_asked_finds_it_in_the_queue()
    {
        var (device, options) = await world.CreateAsync(s => s["subscribe"] = false, UspAgentFault.Vanish);
        await using var agent = world.Start(options with { RetryAfter = TimeSpan.FromMinutes(5) });
        await JobWorld.UntilAsync(() => Task.FromResult(agent.Asked > 0), "the agent was asked and left");
        // What is handed to a connection that is gone, and not yet known to be, has had its attempt.
        await world.GoneAsync(device);
        var job = await world.EnqueueAsync(device, "get", UspWorld.Paths(Name));

        var waiting = (await world.GetAsync(job.Id)).Job;
        (waiting.State, waiting.Attempt).Should().Be((JobState.Queued, 0));
        await using var healthy = world.Start(options with { Fault = UspAgentFault.None });
        (await world.EndAsync(job.Id)).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task A_cancelled_job_ends_at_once_and_the_next_one_does_not_wait_for_its_answer()
    {
        var (device, agent) = await world.ConnectAsync(s => s["timeout"] = 60, UspAgentFault.Silent);
        await using var _ = agent;
        var job = await world.EnqueueAsync(device, "get", UspWorld.Paths(Name));
        await JobWorld.UntilAsync(async () => (await world.GetAsync(job.Id)).Job.State == JobState.Running, "the job runs");
        var next = await world.EnqueueAsync(device, "get", UspWorld.Paths(Name));
        var clock = Stopwatch.StartNew();

        await world.Host.Get<JobService>().CancelAsync(world.Admin, job.Id, default);

        (await world.EndAsync(job.Id)).Job.State.Should().Be(JobState.Cancelled);
        await JobWorld.UntilAsync(async () => (await world.GetAsync(next.Id)).Job.State == JobState.Running, "the next job runs");
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(40), "it has a minute for its answer");
    }

    [Fact]
    public async Task A_job_of_an_absent_agent_waits_with_its_reason_and_runs_when_the_agent_comes()
    {
        var (device, options) = await world.CreateAsync();
        var job = await world.EnqueueAsync(device, "get", UspWorld.Paths(Name));
        job.State.Should().Be(JobState.Queued);
        job.WaitReason.Should().NotBeNullOrEmpty();

        await using var agent = world.Start(options);

        (await world.EndAsync(job.Id)).Job.State.Should().Be(JobState.Completed);
    }

    [Theory]
    [InlineData("get", """{"paths":["no path"]}""")]
    [InlineData("get", """{"paths":["Device.WiFi.Radio.[Name==\"a\".Channel"]}""")]
    [InlineData("delete", """{"paths":["Device.NAT.PortMapping.1"]}""")]
    [InlineData("operate", """{"command":"Device.Reboot"}""")]
    [InlineData("operate", """{"command":"Device.WiFi.Radio.*.Scan()"}""")]
    [InlineData("set", """{"values":[{"path":"Device.WiFi.","value":"1"}]}""")]
    public async Task Arguments_that_no_agent_could_understand_never_become_a_job(string operation, string arguments)
    {
        var (device, _) = await world.CreateAsync();

        var made = await world.Host.Get<JobService>().EnqueueAsync(world.Admin, new JobRequest(device, "usp", operation, JsonNode.Parse(arguments)!.AsObject()), default);

        made.IsSuccess.Should().BeFalse();
        made.Problem!.Errors.Should().NotBeEmpty().And.OnlyContain(f => f.Message.EndsWith('.'));
    }
}
