using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.ConnectionRequest;
using DeviceConsole.Protocols.Cwmp.Http;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Protocols.Cwmp.Wire;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>The session's own rules (TR-069 §3.7), on raw sockets: versions, headers, events, its end in a sentence.</summary>
public sealed class CwmpSessionTests : IAsyncLifetime
{
    private const string Old = "urn:dslforum-org:cwmp-1-0";
    private static readonly JsonObject Names = new() { ["names"] = new JsonArray("Device.X.A") };
    private CwmpWorld world = default!;
    private Guid device;

    public async Task InitializeAsync()
    {
        world = await CwmpWorld.CreateAsync(o => o.SessionTimeout = TimeSpan.FromSeconds(60));
        device = await world.CreateDeviceAsync("00D09E-Box-W1");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task The_namespace_of_the_device_is_that_of_every_answer_and_request_whatever_version_it_stands_for()
    {
        foreach (var version in (string[])["urn:dslforum-org:cwmp-1-0", "urn:dslforum-org:cwmp-1-1", "urn:dslforum-org:cwmp-1-2", "urn:dslforum-org:cwmp-1-3", "urn:dslforum-org:cwmp-1-4", "urn:dslforum-org:cwmp-1-9"])
        {
            var job = await world.EnqueueAsync(device, "get", Names.DeepClone().AsObject(), 1);
            using var cpe = await ConnectAsync(world.Acs);
            var begun = await cpe.PostAsync(Basic(), Inform("W1").Replace(Old, version, StringComparison.Ordinal));
            var asked = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "");

            begun.Body.Should().Contain($"xmlns:cwmp=\"{version}\"").And.Contain("InformResponse");
            asked.Body.Should().Contain($"xmlns:cwmp=\"{version}\"").And.Contain("GetParameterValues").And.NotContain("HoldRequests");
            await world.Jobs.CancelAsync(world.Admin, job, default);
            await world.EndAsync(job);
        }
    }

    [Theory]
    [InlineData("<cwmp:SupportedCWMPVersions>1.0,1.1,1.2,1.3</cwmp:SupportedCWMPVersions>", "1.3")]
    [InlineData("<cwmp:SupportedCWMPVersions>1.0, 1.4, 1.7</cwmp:SupportedCWMPVersions>", "1.4")]
    [InlineData("", null)]
    public async Task A_device_that_offers_versions_is_told_the_one_to_use_and_no_other_is(string header, string? used)
    {
        using var cpe = await ConnectAsync(world.Acs);

        var answer = await cpe.PostAsync(Basic(), Inform("W1").Replace("</soap:Header>", header + "</soap:Header>", StringComparison.Ordinal));

        if (used is null) answer.Body.Should().NotContain("UseCWMPVersion");
        else answer.Body.Should().Contain($">{used}</cwmp:UseCWMPVersion>");
    }

    [Fact]
    public async Task A_device_that_says_how_long_it_may_be_silent_is_waited_for_so_long_and_its_session_ends_with_a_sentence()
    {
        using var cpe = await ConnectAsync(world.Acs);
        (await cpe.PostAsync(Basic(), Inform("W1").Replace("</soap:Header>", "<cwmp:SessionTimeout>1</cwmp:SessionTimeout></soap:Header>", StringComparison.Ordinal))).Status.Should().Be(200);

        await JobWorld.UntilAsync(async () => await ReasonAsync() == "The device sent nothing for 1 s.", "the others are waited for a minute");
    }

    [Fact]
    public async Task Every_end_of_a_session_that_failed_is_told_in_a_sentence()
    {
        using var garbage = await ConnectAsync(world.Acs);
        var begun = await garbage.PostAsync(Basic(), Inform("W1"));
        (await garbage.PostAsync($"Cookie: {begun.Cookie}\r\n", "<soap:Envelope><soap:Body>")).Status.Should().Be(400);
        await JobWorld.UntilAsync(async () => (await ReasonAsync()).StartsWith("The device sent something that cannot be read: ", StringComparison.Ordinal), "what could not be read is told");

        using var twice = await ConnectAsync(world.Acs);
        await twice.PostAsync(Basic(), Inform("W1"));
        await twice.PostAsync(Basic(), Inform("W1"));
        await JobWorld.UntilAsync(async () => await ReasonAsync() == "The device began a new session in the middle of this one.", "the newer one wins");

        begun = await twice.PostAsync(Basic(), Inform("W1"));
        (await twice.PostAsync(Basic("somebody else") + $"Cookie: {begun.Cookie}\r\n", "")).Status.Should().Be(204);
        await JobWorld.UntilAsync(async () => (await ReasonAsync()).Contains("came from another address, user or certificate", StringComparison.Ordinal), "a stolen cookie is told");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions WHERE failed AND reason NOT LIKE '%.'")).Should().Be(0);
    }

    [Fact]
    public async Task Every_event_code_is_understood_and_1_is_not_the_beginning_of_10_to_14()
    {
        await InformAsync("W1", "0 BOOTSTRAP", "1 BOOT", "2 PERIODIC", "3 SCHEDULED", "4 VALUE CHANGE", "5 KICKED", "6 CONNECTION REQUEST", "7 TRANSFER COMPLETE", "8 DIAGNOSTICS COMPLETE", "9 REQUEST DOWNLOAD",
            "10 AUTONOMOUS TRANSFER COMPLETE", "11 DU STATE CHANGE COMPLETE", "12 AUTONOMOUS DU STATE CHANGE COMPLETE", "13 WAKEUP", "14 HEARTBEAT", "X 00D09E Alarm");

        // What stands in a report of its own, or is routine, is no event by its code.
        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Split(',').Length == 11, "the events are raised");
        (await world.EventsAsync(device)).Split(',').Should().BeEquivalentTo("bootstrap", "boot", "scheduled", "value-change", "kicked", "diagnostics-complete", "request-download", "du-state-change", "autonomous-du-state-change", "wakeup", "vendor");

        var other = await world.CreateDeviceAsync("00D09E-Box-W2");
        await InformAsync("W2", "10 AUTONOMOUS TRANSFER COMPLETE", "11 DU STATE CHANGE COMPLETE", "12 AUTONOMOUS DU STATE CHANGE COMPLETE", "13 WAKEUP", "14 HEARTBEAT");
        await JobWorld.UntilAsync(async () => (await world.EventsAsync(other)).Split(',').Length == 3, "its events are raised");
        (await world.EventsAsync(other)).Split(',').Should().BeEquivalentTo("du-state-change", "autonomous-du-state-change", "wakeup");
    }

    [Fact]
    public async Task A_challenge_is_answered_on_another_connection()
    {
        using var first = await ConnectAsync(world.Acs);
        var nonce = (await first.PostAsync("", Inform("W1"))).Header("WWW-Authenticate")!.Split("nonce=\"")[1].Split('"')[0];
        var hash = new DigestHash("MD5", "auth", "POST", world.Acs.PathAndQuery, "DeviceConsole", nonce, "c", "00000001");
        var header = $"Authorization: Digest username=\"{CwmpWorld.User}\", realm=\"DeviceConsole\", nonce=\"{nonce}\", uri=\"{hash.Uri}\", response=\"{hash.Compute(CwmpWorld.User, CwmpWorld.Password)}\", algorithm=\"MD5\", qop=auth, nc=00000001, cnonce=\"c\"\r\n";
        first.Dispose();
        using var second = await ConnectAsync(world.Acs);

        (await second.PostAsync(header, Inform("W1"))).Status.Should().Be(200);

        using var third = await ConnectAsync(world.Acs);
        (await third.PostAsync(header, Inform("W1"))).Status.Should().Be(401, "its count was seen, on whatever connection");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    public async Task A_compressed_message_is_read(string encoding)
    {
        using var zipped = new MemoryStream();
        await using (Stream zip = encoding == "deflate" ? new ZLibStream(zipped, CompressionLevel.Fastest, leaveOpen: true) : new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            await zip.WriteAsync(Encoding.UTF8.GetBytes(Inform("W1")));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, world.Acs) { Content = new ByteArrayContent(zipped.ToArray()) };
        request.Content.Headers.ContentEncoding.Add(encoding);
        request.Headers.TryAddWithoutValidation("Authorization", Basic()["Authorization: ".Length..].TrimEnd());

        (await (await http.SendAsync(request)).Content.ReadAsStringAsync()).Should().Contain("InformResponse");
    }

    [Theory]
    [InlineData("easycwmp/01-inform-bootstrap-boot", "FFFFFF-easycwmp-EASY0001", "urn:dslforum-org:cwmp-1-2", "1")]
    [InlineData("genieacs-sim/01-inform-periodic", "202BC1-BM632w-000001", "urn:dslforum-org:cwmp-1-0", "co952wq8")]
    public async Task What_real_devices_sent_begins_a_session(string capture, string identity, string version, string id)
    {
        var captured = await world.CreateDeviceAsync(identity, new JsonObject { ["authentication"] = "none" });
        using var cpe = await ConnectAsync(world.Acs);

        var answer = await cpe.PostAsync("", Encoding.UTF8.GetString(CwmpCapture.Body(capture)));

        (answer.Status, answer.Body.Contains($"xmlns:cwmp=\"{version}\"", StringComparison.Ordinal), answer.Body.Contains($">{id}</cwmp:ID>", StringComparison.Ordinal)).Should().Be((200, true, true), answer.Body);
        (await cpe.PostAsync($"Cookie: {answer.Cookie}\r\n", "")).Status.Should().Be(204);
        (await world.ValuesAsync(captured)).Should().HaveCount(7);
    }

    [Fact]
    public async Task A_read_at_which_a_model_starts_anew_is_stopped_for_its_firmware()
    {
        const string Firmware = "<ParameterValueStruct><Name>Device.DeviceInfo.SoftwareVersion</Name><Value>6.6</Value></ParameterValueStruct>";
        Guid last = default;
        for (var i = 0; i < 6; i++)
        {
            last = await world.EnqueueAsync(device, "get", Names.DeepClone().AsObject(), 1);
            using var cpe = await ConnectAsync(world.Acs);
            var begun = await cpe.PostAsync(Basic(), Inform("W1", "1 BOOT", parameters: Firmware));
            var asked = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "");
            asked.Body.Contains("GetParameterValues", StringComparison.Ordinal).Should().Be(i < 5, "it starts anew at every read");
        }

        var end = await world.EndAsync(last);
        (end.Job.State, end.Job.Fault!.Code).Should().Be((JobState.Failed, FaultCodes.TaskQuarantined));
        end.Job.Fault.Message.Should().Contain("Box").And.Contain("6.6");
    }

    [Fact]
    public void Deprecated_methods_are_marked_as_such()
    {
        var operations = new CwmpModule(new ConnectionRequester(new CwmpOptions(), TimeProvider.System)).Descriptor.Operations;
        operations.Where(o => o.Description.Contains("deprecated", StringComparison.Ordinal)).Select(o => o.Id).Should().BeEquivalentTo("get-options", "set-vouchers");
    }

    private async Task InformAsync(string serial, params string[] codes)
    {
        using var cpe = await ConnectAsync(world.Acs);
        var answer = await cpe.PostAsync(Basic(), Inform(serial, string.Join("</EventCode><CommandKey/></EventStruct><EventStruct><EventCode>", codes)));
        answer.Status.Should().Be(200);
        (await cpe.PostAsync($"Cookie: {answer.Cookie}\r\n", "")).Status.Should().Be(204);
    }

    private Task<string> ReasonAsync() => world.Database.ScalarAsync<string>("SELECT coalesce((SELECT reason FROM device_sessions WHERE failed ORDER BY opened_at DESC LIMIT 1), '')");
}
