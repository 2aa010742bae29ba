using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Protocols.WebPa.Wire;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.WebPa.WebPaDevice;

namespace DeviceConsole.Tests.Protocols.WebPa.Gateway;

/// <summary>Sockets that behave in ways that agents should not, against the real application.</summary>
public sealed class DeviceConnectionTests(WebPaWorld world) : IClassFixture<WebPaWorld>
{
    [Theory]
    [InlineData(null, "did not name itself")]
    [InlineData("mac:12", "twelve hexadecimal digits")]
    [InlineData("printer", "begins with mac:")]
    public async Task A_device_without_a_proper_name_is_told_400_and_the_panel_says_why(string? name, string reason)
    {
        var device = await world.CreateAsync();
        using var request = Upgrade(device, name);

        using var answer = await Http().SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await device.RefusalAsync()).Should().Contain(reason);
    }

    [Fact]
    public async Task A_call_that_is_no_upgrade_is_told_400()
    {
        var device = await world.CreateAsync();

        using var answer = await Http().GetAsync(new Uri($"/webpa/{device.Slug}/api/v2/device", UriKind.Relative));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("no WebSocket upgrade");
    }

    [Fact]
    public async Task An_unknown_device_and_a_wrong_token_get_the_same_answer()
    {
        var device = await world.CreateAsync();
        var answers = new List<(HttpStatusCode, string)>();
        foreach (var name in new[] { device.Identity, "mac:0123456789ab" })
        {
            using var request = Upgrade(device, name, "wrong");
            using var answer = await Http().SendAsync(request);
            answers.Add((answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        }

        answers.Should().Equal((HttpStatusCode.Forbidden, ""), (HttpStatusCode.Forbidden, ""));
    }

    [Fact]
    public async Task The_name_may_be_spelled_as_on_the_label()
    {
        var device = await world.CreateAsync();

        using var socket = await device.OpenAsync(o => o.SetRequestHeader("X-WebPA-Device-Name", "MAC:" + device.Gateway.Options.Mac.Replace(':', '-')));

        (await device.IsConnectedAsync()).Should().BeTrue();
    }

    [Fact]
    public async Task The_source_that_a_device_writes_is_replaced_by_who_it_is()
    {
        var device = await world.CreateAsync();
        using var socket = await device.OpenAsync();

        await SendAsync(socket, new WrpEvent { Source = "mac:ffffffffffff/config", Dest = "event:something/else", Qos = 30, TransactionUuid = "t-1", Payload = "{\"a\":1}"u8.ToArray() });

        var acknowledgement = (await ReadAsync(socket)).Should().BeOfType<WrpEvent>().Subject;
        (acknowledgement.TransactionUuid, acknowledgement.Dest, acknowledgement.Source).Should().Be(("t-1", device.Identity + "/config", "event:something/else"));
        (await device.TraceAsync()).Should().Contain($"source: {device.Identity}/config").And.NotContain("ffffffffffff");
        (await device.EventsAsync()).Should().Contain(e => e.Kind == "something" && e.Detail!.Contains("\"a\""));
    }

    [Fact]
    public async Task Messages_that_mean_nothing_here_are_passed_over()
    {
        var device = await world.CreateAsync();
        using var socket = await device.OpenAsync();

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, default);
        await SendAsync(socket, new WrpServiceAlive());
        await SendAsync(socket, new WrpCrud(WrpType.Retrieve) { Source = "x", Dest = "dns:y", TransactionUuid = "t", Status = 400 });
        await SendAsync(socket, new WrpRequest { Source = "x", Dest = "dns:y", TransactionUuid = "nobody asked", Payload = "{\"statusCode\":200}"u8.ToArray() });
        await SendAsync(socket, new WrpEvent { Source = "x", Dest = "event:end", Qos = 99, TransactionUuid = "t-2" });

        (await ReadAsync(socket)).Should().BeOfType<WrpEvent>().Which.TransactionUuid.Should().Be("t-2", "the connection lives on");
    }

    [Fact]
    public async Task Endless_garbage_closes_the_connection()
    {
        var device = await world.CreateAsync();
        using var socket = await device.OpenAsync();

        for (var i = 0; i < 4; i++) await socket.SendAsync(new byte[] { 0xc1 }, WebSocketMessageType.Binary, true, default);

        (await CloseAsync(socket)).Should().Be(WebSocketCloseStatus.InvalidPayloadData);
        await JobWorld.UntilAsync(async () => (await SessionsAsync(device))[0].Reason?.Contains("no WRP", StringComparison.Ordinal) == true, "the session says why it ended");
    }

    [Fact]
    public async Task A_message_that_is_too_long_closes_the_connection_over_all_its_frames()
    {
        var device = await world.CreateAsync();
        using var socket = await device.OpenAsync();

        for (var i = 0; i < 5; i++) await socket.SendAsync(new byte[30_000], WebSocketMessageType.Binary, endOfMessage: false, default);

        (await CloseAsync(socket)).Should().Be(WebSocketCloseStatus.MessageTooBig);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_fails_its_job_and_is_not_asked_for_again()
    {
        var device = await world.CreateAsync();
        using var socket = await device.OpenAsync();
        var job = await device.EnqueueAsync("refresh", new() { ["path"] = "Device." }, attempts: 3);
        (await ReadAsync(socket)).Should().BeOfType<WrpRequest>();

        await socket.SendAsync(new byte[200_000], WebSocketMessageType.Binary, endOfMessage: true, default);

        var ended = (await device.EndAsync(job.Id)).Job;
        (ended.State, ended.Attempt, ended.Fault!.Code).Should().Be((Core.Jobs.JobState.Failed, 1, "webpa.too-long"));
    }

    [Fact]
    public async Task A_device_that_connects_again_ends_its_older_connection()
    {
        var device = await world.CreateAsync();
        using var first = await device.OpenAsync();
        using var second = await device.OpenAsync();

        (await CloseAsync(first)).Should().Be(WebSocketCloseStatus.PolicyViolation);
        await SendAsync(second, new WrpEvent { Source = "x", Dest = "event:still-here", Qos = 99, TransactionUuid = "t-3" });
        (await ReadAsync(second)).Should().BeOfType<WrpEvent>();
        (await device.EventsAsync()).Should().NotContain(e => e.Kind == "offline", "the device never left");
    }

    [Fact]
    public async Task Two_devices_under_one_name_are_turned_away_after_some_rounds()
    {
        var device = await world.CreateAsync();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 13; i++)
        {
            using var request = Upgrade(device, device.Identity, device.Token);
            using var answer = await Http().SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            statuses.Add(answer.StatusCode);
        }

        statuses.Take(12).Should().OnlyContain(s => s == HttpStatusCode.SwitchingProtocols);
        statuses[12].Should().Be(HttpStatusCode.ServiceUnavailable);
        (await device.RefusalAsync()).Should().Contain("throw each other out");
    }

    [Fact]
    public async Task The_server_pings_and_a_device_that_does_not_answer_is_reaped()
    {
        var device = await world.CreateAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, world.Host.DeviceAddress.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /webpa/{device.Slug}/api/v2/device HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: NJrdLwAAAACStMgZAAAAAA==\r\nSec-WebSocket-Version: 13\r\nX-WebPA-Device-Name: {device.Identity}\r\nAuthorization: Bearer {device.Token}\r\n\r\n"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var received = new MemoryStream();

        // It reads and never says anything, also no PONG, until the server has enough of it.
        var buffer = new byte[4_096];
        while (await ReadSomeAsync(stream, buffer, patience.Token) is > 0 and var count) received.Write(buffer, 0, count);

        received.ToArray().Should().Contain((byte)0x89, "a PING was sent");
        await JobWorld.UntilAsync(async () => (await SessionsAsync(device))[0] is { Failed: true }, "the session ended as it should not");
    }

    private static async Task<int> ReadSomeAsync(NetworkStream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            // Reset by the server.
            return 0;
        }
    }

    private async Task<IReadOnlyList<SessionView>> SessionsAsync(WebPaDevice device) =>
        (await world.Host.Get<SessionService>().ListAsync(JobWorld.Admin(device.Tenant), device.Id, false, null, 10, default)).Value;

    private HttpClient Http() => Accounts.AppHost.Client(world.Host.DeviceAddress);

    private static HttpRequestMessage Upgrade(WebPaDevice device, string? name, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/webpa/{device.Slug}/api/v2/device", UriKind.Relative));
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "NJrdLwAAAACStMgZAAAAAA==");
        if (name is not null) request.Headers.Add("X-WebPA-Device-Name", name);
        if (token is not null) request.Headers.Add("Authorization", $"Bearer {token}");
        return request;
    }

    private static Task SendAsync(ClientWebSocket socket, WrpMessage message) => socket.SendAsync(message.ToArray(), WebSocketMessageType.Binary, true, default);

    private static async Task<WebSocketCloseStatus?> CloseAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4_096];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await socket.ReceiveAsync(buffer.AsMemory(), patience.Token)).MessageType != WebSocketMessageType.Close) buffer[0] = 0;
        return socket.CloseStatus;
    }
}
