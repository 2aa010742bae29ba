using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>What devices in the field do to HTTP, one test each, on raw sockets.</summary>
public sealed class CwmpHttpTests : IAsyncLifetime
{
    private CwmpWorld world = null!;
    private Guid device;

    public async Task InitializeAsync()
    {
        world = await CwmpWorld.CreateAsync();
        device = await world.CreateDeviceAsync("00D09E-Box-1");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Theory]
    [InlineData("Content-Length: 0\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Type: text/html\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Type: text/xml; charset=\"utf-8\"\r\nSOAPAction:\r\n")]
    [InlineData("")]
    [InlineData("Content-Type: application/x-www-form-urlencoded\r\n")]
    public async Task An_empty_POST_is_empty_in_every_form(string form)
    {
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);

        var answer = await cpe.PostAsync(form + $"Cookie: {cookie}\r\n", "", length: false);

        (answer.Status, answer.Header("Transfer-Encoding")).Should().Be((204, null));
    }

    [Fact]
    public async Task Empty_POSTs_after_the_end_are_answered_with_the_end_again()
    {
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);
        for (var i = 0; i < 3; i++) (await cpe.PostAsync($"Cookie: {cookie}\r\n", "")).Status.Should().Be(204);
    }

    [Fact]
    public async Task A_chunked_Inform_without_a_length_is_read()
    {
        using var cpe = await ConnectAsync(world.Acs);
        var inform = Inform("1");
        var chunks = string.Concat(inform.Chunk(100).Select(c => $"{c.Length:x}\r\n{new string(c)}\r\n")) + "0\r\n\r\n";

        (await cpe.PostAsync("Transfer-Encoding: chunked\r\n" + Basic(), chunks, length: false)).Status.Should().Be(200);
    }

    [Fact]
    public async Task An_answer_has_its_length_and_a_cookie_with_Path()
    {
        using var cpe = await ConnectAsync(world.Acs);

        var answer = await cpe.PostAsync(Basic(), Inform("1"));

        answer.Header("Content-Length").Should().Be(answer.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        answer.Header("Set-Cookie").Should().MatchRegex("^session=[0-9a-f]{32}; Path=/$");
        answer.Header("Content-Type").Should().StartWith("text/xml");
        answer.Header("Transfer-Encoding").Should().BeNull();
        answer.Body.Should().Contain("<MaxEnvelopes>1</MaxEnvelopes>").And.NotStartWith("<?xml", "the device uses no declaration");
    }

    [Theory]
    [InlineData("Cookie: {0}\r\n")]
    [InlineData("Cookie: $Version=1, {0}, other=x\r\n")]
    [InlineData("Cookie: a=b; {0}\r\n")]
    public async Task The_cookie_comes_back_in_every_spelling_on_a_new_connection(string header)
    {
        var job = await world.EnqueueAsync(device, "get-rpc-methods", attempts: 1);
        string cookie;
        using (var first = await ConnectAsync(world.Acs)) cookie = await BeginAsync(first);
        using var second = await ConnectAsync(world.Acs);

        var request = await second.PostAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, header, cookie), "");
        request.Body.Should().Contain("GetRPCMethods");
        using var third = await ConnectAsync(world.Acs);
        (await third.PostAsync($"Cookie: {cookie}\r\n", Message("<cwmp:GetRPCMethodsResponse><MethodList><string>Reboot</string></MethodList></cwmp:GetRPCMethodsResponse>", IdOf(request)))).Status.Should().Be(204);

        (await world.EndAsync(job)).Values.Should().ContainSingle().Which.Path.Should().Be("Reboot");
    }

    [Fact]
    public async Task A_quoted_cookie_is_the_cookie()
    {
        using var cpe = await ConnectAsync(world.Acs);
        await world.EnqueueAsync(device, "get-rpc-methods");
        var cookie = (await BeginAsync(cpe)).Replace("=", "=\"", StringComparison.Ordinal) + "\"";
        using var other = await ConnectAsync(world.Acs);
        (await other.PostAsync($"Cookie: {cookie}\r\n", "")).Body.Should().Contain("GetRPCMethods");
    }

    [Fact]
    public async Task A_stale_cookie_on_an_Inform_begins_a_new_session()
    {
        using var cpe = await ConnectAsync(world.Acs);
        var old = await BeginAsync(cpe);

        var answer = await cpe.PostAsync(Basic() + $"Cookie: {old}\r\n", Inform("1"));

        answer.Status.Should().Be(200);
        answer.Cookie.Should().NotBe(old);
    }

    [Fact]
    public async Task A_device_that_never_returns_its_cookie_is_known_by_its_connection()
    {
        await world.EnqueueAsync(device, "get-rpc-methods");
        using var cpe = await ConnectAsync(world.Acs);
        await BeginAsync(cpe);

        (await cpe.PostAsync("", "")).Body.Should().Contain("GetRPCMethods");
    }

    [Fact]
    public async Task On_a_proxys_connection_with_several_devices_only_the_cookie_counts()
    {
        var other = await world.CreateDeviceAsync("00D09E-Box-2");
        await world.EnqueueAsync(device, "get-rpc-methods");
        await world.EnqueueAsync(other, "get-names", new JsonObject { ["path"] = "Device.", ["nextLevel"] = true });
        using var proxy = await ConnectAsync(world.Acs);
        var first = await BeginAsync(proxy);
        var second = (await proxy.PostAsync(Basic(), Inform("2"))).Cookie;

        (await proxy.PostAsync("", "")).Status.Should().Be(204, "nobody knows whose POST this is");
        (await proxy.PostAsync($"Cookie: {first}\r\n", "")).Body.Should().Contain("GetRPCMethods");
        (await proxy.PostAsync($"Cookie: {second}\r\n", "")).Body.Should().Contain("GetParameterNames");
    }

    [Fact]
    public async Task Expect_100_continue_is_answered()
    {
        using var cpe = await ConnectAsync(world.Acs);
        var body = Inform("1");
        await cpe.WriteAsync($"POST {world.Acs.PathAndQuery} HTTP/1.1\r\nHost: x\r\n{Basic()}Expect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n");
        (await cpe.ReadAsync()).Status.Should().Be(100);
        await cpe.WriteAsync(body);
        (await cpe.ReadAsync()).Status.Should().Be(200);
    }

    [Fact]
    public async Task The_content_type_does_not_matter()
    {
        using var cpe = await ConnectAsync(world.Acs);
        (await cpe.PostAsync(Basic() + "Content-Type: text/html\r\n", Inform("1"))).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_lost_answer_is_sent_again_to_the_same_message()
    {
        var job = await world.EnqueueAsync(device, "get-rpc-methods", attempts: 1);
        var next = await world.EnqueueAsync(device, "get-names", new JsonObject { ["path"] = "Device.", ["nextLevel"] = true }, 1);
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);
        var request = await cpe.PostAsync($"Cookie: {cookie}\r\n", "");
        var reply = Message("<cwmp:GetRPCMethodsResponse><MethodList/></cwmp:GetRPCMethodsResponse>", IdOf(request));

        var first = await cpe.PostAsync($"Cookie: {cookie}\r\n", reply);
        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
        first.Body.Should().Contain("GetParameterNames");
        using var again = await ConnectAsync(world.Acs);
        (await again.PostAsync($"Cookie: {cookie}\r\n", reply)).Body.Should().Be(first.Body);
        (await world.DetailAsync(next)).Job.State.Should().Be(JobState.Running);
    }

    [Fact]
    public async Task An_empty_POST_in_place_of_an_answer_gets_the_request_once_more()
    {
        await world.EnqueueAsync(device, "get-rpc-methods");
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);
        var first = await cpe.PostAsync($"Cookie: {cookie}\r\n", "");
        (await cpe.PostAsync($"Cookie: {cookie}\r\n", "")).Body.Should().Be(first.Body);
    }

    [Fact]
    public async Task A_second_Inform_wins()
    {
        await world.EnqueueAsync(device, "get-rpc-methods");
        using var old = await ConnectAsync(world.Acs);
        var first = await BeginAsync(old);
        using var fresh = await ConnectAsync(world.Acs);
        var second = await BeginAsync(fresh);

        (await old.PostAsync($"Cookie: {first}\r\n", "")).Status.Should().Be(204);
        (await fresh.PostAsync($"Cookie: {second}\r\n", "")).Body.Should().Contain("GetRPCMethods");
    }

    [Fact]
    public async Task A_device_without_credentials_is_challenged_once_with_Digest_and_leaves_no_trace()
    {
        using var cpe = await ConnectAsync(world.Acs);

        var answer = await cpe.PostAsync("", Inform("1"));
        var unknown = await cpe.PostAsync("", Inform("nobody"));

        (answer.Status, answer.Body).Should().Be((401, ""));
        answer.Header("WWW-Authenticate").Should().MatchRegex("^Digest realm=\"DeviceConsole\", qop=\"auth\", algorithm=MD5, nonce=\"[-\\w]{32}\"$");
        unknown.Status.Should().Be(401);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions")).Should().Be(0);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM call_attempts")).Should().Be(0);
    }

    // netcwmp sends this with every Inform, before it has seen a challenge, and never answers the one that it gets.
    [Fact]
    public async Task A_device_that_cannot_answer_the_challenge_is_named_among_the_calls_that_were_not_let_in()
    {
        using var cpe = await ConnectAsync(world.Acs);

        var answer = await cpe.PostAsync("Authorization: Digest username=\"fleet\", realm=\"\", nonce=\"\", uri=\"\", response=\"7239ead383d486e107fcb89e23d841ce\"\r\n", Inform("1"));

        answer.Status.Should().Be(401);
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM call_attempts WHERE reason LIKE '%does not read the challenge%'") == 1, "the call is noted");
    }

    [Fact]
    public async Task The_credentials_of_one_device_do_not_open_another()
    {
        await world.CreateDeviceAsync("00D09E-Box-3", password: "another");
        using var cpe = await ConnectAsync(world.Acs);

        (await cpe.PostAsync(Basic(), Inform("3"))).Status.Should().Be(401);

        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM call_attempts") == 1, "the operator sees the attempt");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM parameters")).Should().Be(0);
    }

    [Fact]
    public async Task The_same_identity_in_two_tenants_is_told_apart_by_address_and_credential()
    {
        var other = await world.Database.CreateTenantAsync("globex");
        var twin = await world.CreateDeviceAsync("00D09E-Box-1", tenant: other, password: "globex secret");
        using var shared = await ConnectAsync(new Uri(world.Address, "/cwmp"));

        (await shared.PostAsync(Basic(password: "globex secret"), Inform("1"))).Status.Should().Be(200);
        (await world.Database.ScalarAsync<string>("SELECT string_agg(device_id::text, ',') FROM device_sessions")).Should().Be(twin.ToString());
        using var own = await ConnectAsync(world.Acs);
        (await own.PostAsync(Basic(password: "globex secret"), Inform("1"))).Status.Should().Be(401);
    }

    [Fact]
    public async Task A_session_with_another_users_name_is_dropped()
    {
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);
        await world.EnqueueAsync(device, "get-rpc-methods");

        (await cpe.PostAsync(Basic("somebody") + $"Cookie: {cookie}\r\n", "")).Status.Should().Be(204);
        (await cpe.PostAsync($"Cookie: {cookie}\r\n", "")).Status.Should().Be(204, "the session is gone");
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions WHERE failed") == 1, "the list of sessions says so");
    }

    [Fact]
    public async Task A_response_that_nobody_asked_for_completes_nothing()
    {
        var job = await world.EnqueueAsync(device, "get-rpc-methods", attempts: 1);
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);
        var request = await cpe.PostAsync($"Cookie: {cookie}\r\n", "");

        var again = await cpe.PostAsync($"Cookie: {cookie}\r\n", Message("<cwmp:GetRPCMethodsResponse><MethodList/></cwmp:GetRPCMethodsResponse>", "forged"));

        again.Body.Should().Be(request.Body);
        (await world.DetailAsync(job)).Job.State.Should().Be(JobState.Running);
    }

    [Fact]
    public async Task A_forged_TransferComplete_is_acknowledged_and_completes_nothing()
    {
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);

        var answer = await cpe.PostAsync($"Cookie: {cookie}\r\n", Message("<cwmp:TransferComplete><CommandKey>nobody</CommandKey><FaultStruct><FaultCode>0</FaultCode></FaultStruct></cwmp:TransferComplete>", "7"));

        answer.Body.Should().Contain("<cwmp:TransferCompleteResponse/>").And.Contain(">7</cwmp:ID>");
        (await world.EventsAsync(device)).Should().Contain("transfer-complete");
    }

    [Theory]
    [InlineData("<cwmp:GetRPCMethods/>", "GetRPCMethodsResponse")]
    [InlineData("<cwmp:AutonomousTransferComplete><FileType>1 Firmware Upgrade Image</FileType></cwmp:AutonomousTransferComplete>", "AutonomousTransferCompleteResponse")]
    [InlineData("<cwmp:DUStateChangeComplete><Results><OpResultStruct><UUID>u</UUID><CurrentState>Installed</CurrentState></OpResultStruct></Results><CommandKey>k</CommandKey></cwmp:DUStateChangeComplete>", "<cwmp:DUStateChangeCompleteResponse/>")]
    [InlineData("<cwmp:AutonomousDUStateChangeComplete><Results/></cwmp:AutonomousDUStateChangeComplete>", "<cwmp:AutonomousDUStateChangeCompleteResponse/>")]
    [InlineData("<cwmp:RequestDownload><FileType>1 Firmware Upgrade Image</FileType></cwmp:RequestDownload>", "RequestDownloadResponse")]
    [InlineData("<cwmp:Kicked><Next>http://a/?b=1&amp;c=2</Next></cwmp:Kicked>", "<NextURL>http://a/?b=1&amp;c=2</NextURL>")]
    [InlineData("<cwmp:X_00D09E_Unknown/>", "<FaultCode>8000</FaultCode>")]
    public async Task The_devices_own_requests_are_answered(string request, string expected)
    {
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);
        var answer = await cpe.PostAsync($"Cookie: {cookie}\r\n", Message(request, "a&amp;b"));
        (answer.Status, answer.Body.Contains(expected, StringComparison.Ordinal)).Should().Be((200, true), answer.Body);
        answer.Body.Should().Contain(">a&amp;b</cwmp:ID>");
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM 'http://127.0.0.1:1/'>]><x>&e;</x>")]
    [InlineData("<html>hello</html>")]
    [InlineData("garbage")]
    public async Task A_body_that_is_no_CWMP_is_refused_and_noted(string body)
    {
        using var cpe = await ConnectAsync(world.Acs);
        var answer = await cpe.PostAsync("", body);
        (answer.Status, answer.Body.Contains("8003", StringComparison.Ordinal)).Should().Be((400, true));
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM call_attempts") == 1, "the operator sees why");
    }

    [Fact]
    public async Task A_long_request_is_compressed_for_a_device_that_says_so_and_for_no_other()
    {
        var made = await world.CreateDeviceAsync("00D09E-Box-Z1");
        var names = new JsonObject { ["names"] = new JsonArray([.. Enumerable.Range(1, 60).Select(i => (JsonNode)$"Device.WiFi.SSID.{i}.SSID")]) };
        foreach (var (header, zipped) in new[] { ("Accept-Encoding: gzip, deflate\r\n", true), ("Accept-Encoding: gzip;q=0\r\n", false), ("", false) })
        {
            var job = await world.EnqueueAsync(made, "get", names.DeepClone().AsObject(), 1);
            using var cpe = await ConnectAsync(world.Acs);
            var begun = await cpe.PostAsync(Basic() + header, Inform("Z1"));
            begun.Header("Content-Encoding").Should().BeNull("it is short");
            var asked = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n{header}", "");

            asked.Header("Content-Encoding").Should().Be(zipped ? "gzip" : null);
            (int.Parse(asked.Header("Content-Length")!, System.Globalization.CultureInfo.InvariantCulture) < 1_400).Should().Be(zipped);
            await world.Jobs.CancelAsync(world.Admin, job, default);
            await world.EndAsync(job);
        }
    }

    [Fact]
    public async Task A_gzip_bomb_is_cut_at_the_cap()
    {
        using var zipped = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(zipped, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            for (var i = 0; i < 20; i++) await gzip.WriteAsync(new byte[1024 * 1024]);
        using var http = new HttpClient();
        using var content = new ByteArrayContent(zipped.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        ((int)(await http.PostAsync(world.Acs, content)).StatusCode).Should().Be(413);
    }

    [Fact]
    public async Task A_body_beyond_the_cap_is_refused_by_its_length()
    {
        using var cpe = await ConnectAsync(world.Acs);
        (await cpe.PostAsync("Content-Length: 50000000\r\n", "", length: false)).Status.Should().Be(413);
    }

    private static async Task<string> BeginAsync(WireCpe cpe)
    {
        var answer = await cpe.PostAsync(Basic(), Inform("1"));
        answer.Status.Should().Be(200, answer.Head);
        answer.Body.Should().Contain("InformResponse");
        return answer.Cookie;
    }
}
