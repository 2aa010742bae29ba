using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.ConnectionRequest;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>What every protocol must keep, for devices that call in, and what devices do wrong in their data model.</summary>
public sealed class CwmpComplianceTests : IAsyncLifetime
{
    private const string Ssid = "Device.WiFi.SSID.1.SSID";
    private static readonly JsonObject Names = new() { ["names"] = new JsonArray(Ssid) };
    private CwmpWorld world = null!;

    public async Task InitializeAsync() => world = await CwmpWorld.CreateAsync();

    public async Task DisposeAsync() => await world.DisposeAsync();

    public static TheoryData<CpeQuirks> Tolerated => new(
        new CpeQuirks { DropsCookie = true }, new CpeQuirks { NewConnections = true }, new CpeQuirks { Chunked = true }, new CpeQuirks { Gzip = true },
        new CpeQuirks { Basic = true }, new CpeQuirks { NoQop = true }, new CpeQuirks { ContentType = "text/html" }, new CpeQuirks { NoHeader = true },
        new CpeQuirks { EmptyAt = "GetParameterValues" }, new CpeQuirks { ClosesAfterChallenge = true }, new CpeQuirks { EmptyPostsAtEnd = 2 }, new CpeQuirks { ConnectionRequestStatus = 204 });

    [Theory]
    [MemberData(nameof(Tolerated))]
    public async Task A_device_with_a_tolerated_fault_is_read(CpeQuirks quirks)
    {
        var (device, cpe) = await world.StartAsync(quirks);
        var job = await world.EnqueueAsync(device, "get", Names.DeepClone().AsObject(), 1);
        // The one that answers 204 without calling calls by itself.
        if (quirks.ConnectionRequestStatus is not null) cpe.Call("2 PERIODIC");

        var end = await world.EndAsync(job);

        end.Job.State.Should().Be(JobState.Completed, end.Job.Fault?.Message);
        end.Values.Should().ContainSingle().Which.Value.Should().Be(cpe.Gateway.Find(Ssid)!.Value);
    }

    [Theory]
    [InlineData("silent", FaultClass.Timeout, FaultCodes.DeviceVanished)]
    [InlineData("garbage", FaultClass.Garbage, "cwmp.garbage")]
    [InlineData("wrong", FaultClass.Garbage, "cwmp.wrong-answer")]
    public async Task A_device_that_breaks_the_rules_is_a_fault_in_a_sentence(string how, FaultClass expected, string code)
    {
        var (device, _) = await world.StartAsync(how switch
        {
            "silent" => new CpeQuirks { SilentAt = ("GetParameterValues", 1) },
            "garbage" => new CpeQuirks { GarbageAt = "GetParameterValues" },
            _ => new CpeQuirks { WrongResponseAt = "GetParameterValues" },
        }, settings: CwmpWorld.Impatient);

        var job = await world.RunAsync(device, "get", Names.DeepClone().AsObject());

        job.Job.State.Should().Be(JobState.Failed);
        (job.Job.Fault!.Class, job.Job.Fault.Code).Should().Be((expected, code));
        job.Job.Fault.Message.Should().EndWith(".");
    }

    [Fact]
    public async Task A_device_that_goes_in_the_middle_of_a_refresh_leaves_what_came()
    {
        var (device, _) = await world.StartAsync(new CpeQuirks { SilentAt = ("GetParameterValues", 2) }, settings: CwmpWorld.Impatient);

        var job = await world.RunAsync(device, "refresh");

        (job.Job.State, job.Job.Fault!.Class).Should().Be((JobState.Failed, FaultClass.Timeout));
        job.Values.Where(v => v.Type != "object").Should().HaveCount(100);
    }

    [Fact]
    public async Task Wrong_credentials_are_refused_and_the_operator_sees_why()
    {
        var (device, cpe) = await world.StartAsync(change: o => o with { Password = "wrong" });

        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM call_attempts WHERE reason LIKE '%credentials are wrong%'") == 1, "the attempt is listed");
        cpe.Sessions.Should().Be(0);
        (await world.ValuesAsync(device)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_cancelled_job_stays_cancelled_whatever_the_device_answers()
    {
        var (device, cpe) = await world.StartAsync(new CpeQuirks { SilentAt = ("GetParameterValues", 1) });
        var job = await world.EnqueueAsync(device, "get", Names.DeepClone().AsObject(), 1);
        await JobWorld.UntilAsync(async () => (await world.DetailAsync(job)).Job.State == JobState.Running, "the device has it");

        await world.Jobs.CancelAsync(world.Admin, job, default);

        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Cancelled);
    }

    [Fact]
    public async Task A_device_that_takes_few_names_is_read_in_smaller_batches()
    {
        var (device, cpe) = await world.StartAsync(new CpeQuirks { MaximumNames = 16 });

        (await world.RunAsync(device, "refresh")).Job.State.Should().Be(JobState.Completed);

        (await world.ValuesAsync(device)).Keys.Should().Contain(CwmpWorld.LastingPaths(cpe)).And.HaveCountGreaterThan(1_000);
    }

    [Fact]
    public async Task A_device_that_lists_one_level_at_a_time_is_read()
    {
        var (device, cpe) = await world.StartAsync(new CpeQuirks { OneLevelOnly = true });

        (await world.RunAsync(device, "refresh")).Job.State.Should().Be(JobState.Completed);

        (await world.ValuesAsync(device)).Keys.Should().Contain(CwmpWorld.LastingPaths(cpe)).And.HaveCountGreaterThan(1_000);
    }

    [Fact]
    public async Task An_empty_list_of_names_removes_nothing()
    {
        var (device, cpe) = await world.StartAsync(new CpeQuirks { NamesNothing = true });
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the device calls");
        var before = (await world.ValuesAsync(device)).Count;

        (await world.RunAsync(device, "refresh")).Job.Summary.Should().Contain("everything that is stored stays");

        (await world.ValuesAsync(device)).Should().HaveCount(before).And.NotBeEmpty();
    }

    [Fact]
    public async Task An_unknown_name_is_a_fault_and_one_that_is_left_out_is_told()
    {
        var arguments = new JsonObject { ["names"] = new JsonArray("Device.NoSuch.Thing", Ssid) };
        var (strict, _) = await world.StartAsync();
        var job = await world.RunAsync(strict, "get", arguments.DeepClone().AsObject());
        job.Job.Fault!.Code.Should().Be("cwmp.invalid-name");
        job.Values.Should().ContainSingle("the other one was read");
        var (lax, _) = await world.StartAsync(new CpeQuirks { OmitsUnknown = true });
        (await world.RunAsync(lax, "get", arguments)).Job.Summary.Should().Contain("left out 1");
    }

    [Theory]
    [InlineData(null, JobState.Completed, null)]
    [InlineData(9016, JobState.Failed, "cwmp.file-access")]
    public async Task A_download_ends_with_its_TransferComplete(int? fault, JobState expected, string? code)
    {
        using var files = new FileServer();
        var (device, cpe) = await world.StartAsync(new CpeQuirks { TransferFault = fault });

        var job = await world.RunAsync(device, "download", new JsonObject { ["fileType"] = "1 Firmware Upgrade Image", ["url"] = files.Url("hg-9.8.7.bin"), ["wait"] = 5 });

        (job.Job.State, job.Job.Fault?.Code).Should().Be((expected, code), job.Job.Fault?.Message);
        if (fault is not null) return;
        await JobWorld.UntilAsync(async () => (await world.ValuesAsync(device))["Device.DeviceInfo.SoftwareVersion"].Value == "9.8.7", "the device runs the new software");
        cpe.Gateway.Find("Device.DeviceInfo.SoftwareVersion")!.Value.Should().Be("9.8.7");
    }

    [Fact]
    public async Task A_download_that_never_ends_waits_aside_and_holds_nobody_up()
    {
        using var files = new FileServer();
        var (device, _) = await world.StartAsync(new CpeQuirks { NoTransferComplete = true });
        var download = await world.EnqueueAsync(device, "download", new JsonObject { ["fileType"] = "3 Vendor Configuration File", ["url"] = files.Url("a.cfg"), ["wait"] = 5 });
        await JobWorld.UntilAsync(async () => (await world.DetailAsync(download)).Job.WaitReason?.Contains("TransferComplete", StringComparison.Ordinal) == true, "the job says what it waits for");

        (await world.RunAsync(device, "get", Names.DeepClone().AsObject())).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task A_new_device_with_the_enrolment_credential_waits_in_a_friendly_way()
    {
        (await world.Enrolments.SaveAsync(world.Admin, "cwmp", new EnrolmentInput(EnrolmentPolicy.Approve, new JsonObject(), new Dictionary<string, string> { ["password"] = CwmpWorld.Password }), default)).IsSuccess.Should().BeTrue();

        var cpe = world.Start(world.Options());

        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "its session ends as it should");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM devices")).Should().Be(0);
    }

    [Theory]
    [InlineData(null, "any")]
    [InlineData(CwmpWorld.User, CwmpWorld.User)]
    public async Task A_device_that_is_set_up_as_the_page_says_is_let_in(string? user, string shown)
    {
        var secrets = new Dictionary<string, string> { ["password"] = CwmpWorld.Password };
        if (user is not null) secrets["username"] = user;
        (await world.Enrolments.SaveAsync(world.Admin, "cwmp", new EnrolmentInput(EnrolmentPolicy.Automatic, new JsonObject(), secrets), default)).IsSuccess.Should().BeTrue();

        var enrolment = (await world.Enrolments.ListAsync(world.Admin, default)).Value.Single();
        var guide = new CwmpModule(new ConnectionRequester(new CwmpOptions(), TimeProvider.System)).Connect(new ConnectContext("acme", world.Address) { Enrols = true, UserName = enrolment.UserName });

        guide.Lines.Single(l => l.Label == "Username").Value.Should().Be(shown);
        JsonSerializer.Serialize(enrolment).Should().NotContain(CwmpWorld.Password);
        var options = world.Options();
        world.Start(options);
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM devices") == 1, "it is taken in");
    }

    [Fact]
    public async Task Connection_requests_go_to_allowed_addresses_only_and_say_what_came_of_them()
    {
        await using var server = new ConnectionRequestServer(world.Options(), () => 200);
        var requester = new ConnectionRequester(new CwmpOptions { ConnectionRequestTimeout = TimeSpan.FromSeconds(20) }, TimeProvider.System);
        Task<string> Ask(string url, NetworkPolicy policy, string? from = "127.0.0.1", string password = "let me in") => requester.AskAsync(new ProtocolTarget(Guid.NewGuid(), Guid.NewGuid(),
            new JsonObject { ["connectionRequestUrl"] = url, ["callsFrom"] = from }, new Dictionary<string, string> { ["connectionRequestUsername"] = "acs", ["connectionRequestPassword"] = password }, policy), default);
        var local = new NetworkPolicy([System.Net.IPNetwork.Parse("127.0.0.0/8")]);
        var port = server.Url.Port;

        foreach (var host in (string[])["127.0.0.1", "169.254.169.254", "[::1]", "2130706433", "0x7f000001", "localhost"])
            (await Ask($"http://{host}:{port}/", NetworkPolicy.PublicOnly)).Should().StartWith("No connection request was sent", host);
        server.Requests.Should().Be(0);

        (await Ask(server.Url.ToString(), local)).Should().StartWith("Asked by connection request at ");
        (await Ask(server.Url.ToString(), local, password: "wrong")).Should().Contain("does not accept the connection request username and password");
        (await Ask($"http://127.0.0.1:{port}/nowhere", local)).Should().Contain("answered 404");
        (await Ask("http://127.0.0.1:1/", local)).Should().Contain("nothing listens on its port");
        (await Ask("ftp://127.0.0.1/", local)).Should().Contain("begins with http://");
    }

    [Theory]
    [InlineData(503, "busy")]
    [InlineData(302, "redirect")]
    public async Task A_connection_request_that_is_not_taken_says_why(int status, string expected)
    {
        await using var server = new ConnectionRequestServer(world.Options(new CpeQuirks { ConnectionRequestStatus = status }), () => 200);
        var requester = new ConnectionRequester(new CwmpOptions(), TimeProvider.System);
        var target = new ProtocolTarget(Guid.NewGuid(), Guid.NewGuid(), new JsonObject { ["connectionRequestUrl"] = server.Url.ToString() }, new Dictionary<string, string>(), new NetworkPolicy([System.Net.IPNetwork.Parse("127.0.0.0/8")]));
        var report = await requester.ReportAsync(target, default);

        report.Sentence.Should().Contain(expected).And.EndWith(".");
        report.AskAgainAfter.HasValue.Should().Be(status == 503, "a busy device is asked again soon, one that refuses is not");
        server.Requests.Should().Be(1);
    }

    [Fact]
    public async Task A_busy_device_is_asked_again_soon()
    {
        world.Service<IOptions<JobOptions>>().Value.WakeAgain = TimeSpan.FromMinutes(10);
        var (device, cpe) = await world.StartAsync(new CpeQuirks { ConnectionRequestStatus = 503 });
        await JobWorld.UntilAsync(async () => (await world.Sessions.ListAsync(world.Admin, device, false, null, 10, default)).Value.Any(s => !s.Open), "the first session is over, and the device has told where it can be asked");
        var before = cpe.ConnectionRequests!.Requests;

        await world.EnqueueAsync(device, "get", Names.DeepClone().AsObject(), 1);

        await JobWorld.UntilAsync(() => Task.FromResult(cpe.ConnectionRequests.Requests >= before + 2), "the device is asked a second time, long before the ordinary interval");
    }

    [Fact]
    public void The_descriptor_arguments_and_identities_are_checked_in_sentences()
    {
        var module = new CwmpModule(new ConnectionRequester(new CwmpOptions(), TimeProvider.System));
        module.Descriptor.Operations.Select(o => o.Id).Should().BeEquivalentTo(CwmpJobs.Ids);
        module.Descriptor.Operations.Should().OnlyContain(o => o.Description.EndsWith('.'));
        module.CheckSettings([]).Should().BeEmpty();
        module.CheckIdentity("00d09e-Box-1").Identity.Should().Be("00D09E-Box-1");
        module.CheckIdentity(" 00d09e-1 ").Identity.Should().Be("00D09E-1");
        foreach (var wrong in (string[])["", "box", "-1", "00D09E-"]) module.CheckIdentity(wrong).Error.Should().EndWith(".");
        foreach (var (operation, arguments) in ((string, string)[])[
            ("get", "{\"names\":[\"no path\"]}"), ("get", "{}"), ("set", "{\"values\":[{\"path\":\"Device.A\",\"type\":\"unsignedInt\",\"value\":\"-1\"}]}"), ("set", "{\"values\":[{\"path\":\"Device.A.\",\"value\":\"1\"}]}"),
            ("add-object", "{\"path\":\"Device.NAT.PortMapping.3.\"}"), ("delete-object", "{\"path\":\"Device.NAT.PortMapping.\"}"), ("download", "{\"url\":\"file:///etc/passwd\"}"),
            ("download", "{\"url\":\"http://user:pass@host/\"}"), ("refresh", "{\"path\":\"Device.DeviceInfo.UpTime\"}"), ("nonsense", "{}")])
            module.CheckArguments(operation, JsonNode.Parse(arguments)!.AsObject()).Should().NotBeEmpty(operation + arguments).And.OnlyContain(e => e.Message.EndsWith('.'));
        module.Describe("set", JsonNode.Parse("{\"values\":[{\"path\":\"Device.WiFi.AccessPoint.1.Security.KeyPassphrase\",\"value\":\"hidden\"}]}")!.AsObject()).Should().NotContain("hidden");
    }
}
