using System.Globalization;
using System.Net;
using DeviceConsole.Core.Jobs;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Overload, slow devices, and connections that come and go, on raw sockets.</summary>
public sealed class CwmpLimitTests : IAsyncLifetime
{
    private CwmpWorld world = null!;
    private Guid device;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task More_Informs_from_one_address_than_it_may_send_get_429_and_when_to_come_back()
    {
        await StartAsync(o => (o.InformBurstPerAddress, o.InformsPerSecondPerAddress, o.RetryAfter) = (2, 1, 7));
        async Task<Answer> CallAsync()
        {
            using var cpe = await ConnectAsync(world.Acs);
            return await cpe.PostAsync("", Inform("1"));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => CallAsync()));

        world.Informs().Should().Equal(new Dictionary<string, long> { ["accepted"] = answers.Count(a => a.Status == 401), ["overload"] = 0, ["address"] = answers.Count(a => a.Status == 429) });
        answers.Should().Contain(a => a.Status == 401, "the first are asked who they are");
        answers.Where(a => a.Status == 429).Should().NotBeEmpty().And.OnlyContain(a => Seconds(a) >= 7 && Seconds(a) <= 14 && a.Header("Content-Length") == "0", "they are not to come back at once");
    }

    [Fact]
    public async Task A_flood_from_one_address_does_not_keep_the_others_from_their_sessions()
    {
        const int Good = 10;
        await StartAsync(o => (o.InformBurstPerAddress, o.InformsPerSecondPerAddress) = (5, 1));
        for (var i = 0; i < Good; i++) await world.CreateDeviceAsync($"00D09E-Box-G{i}");
        using var over = new CancellationTokenSource();
        // Of devices that nobody knows: each would have to be looked for.
        var flood = Enumerable.Range(0, 8).Select(async n =>
        {
            var statuses = new List<int>();
            for (var i = 0; statuses.Count < 20 || !over.IsCancellationRequested; i++)
            {
                using var cpe = await ConnectAsync(world.Acs, IPAddress.Parse("127.0.0.99"));
                statuses.Add((await cpe.PostAsync(Basic(), Inform($"F{n}-{i}"))).Status);
            }
            return statuses;
        }).ToList();

        for (var i = 0; i < 3 * Good; i++)
        {
            using var cpe = await ConnectAsync(world.Acs, IPAddress.Parse($"127.0.1.{1 + (i % Good)}"));
            var begun = await cpe.PostAsync(Basic(), Inform($"G{i % Good}"));
            begun.Status.Should().Be(200);
            (await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "")).Status.Should().Be(204);
        }

        await over.CancelAsync();
        var answers = (await Task.WhenAll(flood)).SelectMany(s => s).CountBy(s => s).ToDictionary();
        answers.Keys.Should().BeSubsetOf([401, 429]);
        answers[429].Should().BeGreaterThan(answers.GetValueOrDefault(401), "most of it was turned away at the door");
    }

    [Fact]
    public async Task More_sessions_than_there_may_be_get_503_and_those_that_are_there_go_on()
    {
        await StartAsync(o => o.MaximumSessions = 1);
        await world.CreateDeviceAsync("00D09E-Box-2");
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = (await cpe.PostAsync(Basic(), Inform("1"))).Cookie;
        using var other = await ConnectAsync(world.Acs);

        var refused = await other.PostAsync(Basic(), Inform("2"));

        (refused.Status, refused.Header("Content-Length"), refused.Header("Connection")).Should().Be((503, "0", "close"));
        world.Informs().Should().Equal(new Dictionary<string, long> { ["accepted"] = 1, ["overload"] = 1, ["address"] = 0 });
        Seconds(refused).Should().BeInRange(1, 5, "one place in the line is free at once");
        (await cpe.PostAsync($"Cookie: {cookie}\r\n", "")).Status.Should().Be(204);
        using var again = await ConnectAsync(world.Acs);
        (await again.PostAsync(Basic(), Inform("2"))).Status.Should().Be(200, "there is room again");
    }

    [Fact]
    public async Task A_body_that_does_not_come_to_its_end_is_cut_and_nobody_waits_for_it()
    {
        await StartAsync(o => o.BodyTimeout = TimeSpan.FromSeconds(1));
        using var slow = await ConnectAsync(world.Acs);
        await slow.WriteAsync($"POST {world.Acs.PathAndQuery} HTTP/1.1\r\nHost: x\r\n{Basic()}Content-Length: 5000\r\n\r\n<soap:Envelope");
        using var good = await ConnectAsync(world.Acs);

        (await good.PostAsync(Basic(), Inform("1"))).Status.Should().Be(200);

        (await slow.ReadAsync()).Status.Should().Be(408);
    }

    [Fact]
    public async Task The_close_of_an_old_connection_does_not_end_the_session_that_goes_on_on_a_new_one()
    {
        await StartAsync();
        var job = await world.EnqueueAsync(device, "get-rpc-methods", attempts: 1);
        string cookie;
        Answer request;
        using (var old = await ConnectAsync(world.Acs))
        {
            cookie = (await old.PostAsync(Basic(), Inform("1"))).Cookie;
            request = await old.PostAsync($"Cookie: {cookie}\r\n", "");
        }
        using var fresh = await ConnectAsync(world.Acs);

        (await fresh.PostAsync($"Cookie: {cookie}\r\n", Message("<cwmp:GetRPCMethodsResponse><MethodList><string>Reboot</string></MethodList></cwmp:GetRPCMethodsResponse>", IdOf(request)))).Status.Should().Be(204);

        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task A_header_that_does_not_come_to_its_end_is_cut_and_nobody_waits_for_it()
    {
        await StartAsync(headerTimeout: TimeSpan.FromSeconds(2));
        using var slow = await ConnectAsync(world.Acs);
        await slow.WriteAsync($"POST {world.Acs.PathAndQuery} HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        using var good = await ConnectAsync(world.Acs);

        (await good.PostAsync(Basic(), Inform("1"))).Status.Should().Be(200);

        (await slow.ReadAsync()).Status.Should().Be(408);
    }

    [Fact]
    public async Task A_session_whose_requests_come_from_another_address_is_dropped_and_the_device_begins_anew()
    {
        await StartAsync();
        var job = await world.EnqueueAsync(device, "get-rpc-methods", attempts: 2);
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = (await cpe.PostAsync(Basic(), Inform("1"))).Cookie;
        using var moved = await ConnectAsync(world.Acs, IPAddress.Parse("127.0.0.2"));

        var refused = await moved.PostAsync($"Cookie: {cookie}\r\n", "");

        refused.Body.Should().NotContain("GetRPCMethods", "what was meant for the first address is not told to another");
        (await cpe.PostAsync($"Cookie: {cookie}\r\n", "")).Body.Should().NotContain("GetRPCMethods", "the session is over");
        var again = await moved.PostAsync(Basic(), Inform("1"));
        var request = await moved.PostAsync($"Cookie: {again.Cookie}\r\n", "");
        (await moved.PostAsync($"Cookie: {again.Cookie}\r\n", Message("<cwmp:GetRPCMethodsResponse><MethodList><string>Reboot</string></MethodList></cwmp:GetRPCMethodsResponse>", IdOf(request)))).Status.Should().Be(204);
        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
    }

    private static int Seconds(Answer answer) => int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture);

    private async Task StartAsync(Action<DeviceConsole.Protocols.Cwmp.CwmpOptions>? configure = null, TimeSpan? headerTimeout = null)
    {
        world = await CwmpWorld.CreateAsync(configure, headerTimeout);
        device = await world.CreateDeviceAsync("00D09E-Box-1");
    }
}
