using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using DeviceConsole.Protocols.WebPa.Wire;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.WebPa;

/// <summary>
/// A home gateway with an agent like parodus: keeps a WebSocket to the cloud, answers WRP requests by its service, tells changes that somebody
/// asked to be told of, leaves when the gateway restarts and comes back with the reason.
/// </summary>
public sealed class SimulatedParodus : IAsyncDisposable
{
    private const int MaximumMessage = 1024 * 1024;
    private const int NotificationQos = 50;
    private static readonly TimeSpan MaximumBackoff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly ParodusOptions options;
    private readonly WdmpService service;
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<WrpMessage> outgoing = Channel.CreateBounded<WrpMessage>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Task run;
    private string reconnectReason = "webpa_process_starts";
    private string rebootReason = "unknown";
    private long requests;
    private long acknowledged;
    private int connections;
    private int lastStatus;

    private SimulatedParodus(ParodusOptions options)
    {
        this.options = options;
        service = new WdmpService(options.Gateway);
        options.Gateway.Changed += OnChanged;
        options.Gateway.Happened += OnHappened;
        run = RunAsync();
    }

    /// <summary>Requests that came, whatever they were.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Events that the server acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Connections that the server accepted.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>The HTTP status of the last upgrade; 0 where there was none.</summary>
    public int LastStatus => Volatile.Read(ref lastStatus);

    /// <summary>Starts the agent; it connects by itself and again after each loss.</summary>
    public static SimulatedParodus Start(ParodusOptions options) => new(options);

    /// <summary>Sends an event as it is.</summary>
    public void Send(WrpMessage message) => outgoing.Writer.TryWrite(message);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        options.Gateway.Changed -= OnChanged;
        options.Gateway.Happened -= OnHappened;
        await stop.CancelAsync();
        await run;
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = options.Backoff;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!options.Gateway.IsUp) options.Gateway.Tick();
                else if (await ConnectAsync()) pause = options.Backoff;
                await Task.Delay(options.Gateway.IsUp ? pause : Poll, options.Time, stop.Token);
                if (options.Gateway.IsUp) pause = pause * 2 < MaximumBackoff ? pause * 2 : MaximumBackoff;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // True where the connection came about.
    private async Task<bool> ConnectAsync()
    {
        using var socket = new ClientWebSocket();
        SetHeaders(socket.Options);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            patience.CancelAfter(TimeSpan.FromSeconds(20));
            await socket.ConnectAsync(Address(), patience.Token);
            Volatile.Write(ref lastStatus, (int)socket.HttpStatusCode);
            Interlocked.Increment(ref connections);
            await ServeAsync(socket);
            reconnectReason = "SSL_Socket_Close";
            return true;
        }
        catch (Exception e) when (e is WebSocketException or IOException or HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            Volatile.Write(ref lastStatus, (int)socket.HttpStatusCode);
            reconnectReason = "Dns_Res_webpa_reconnect";
            return socket.State is WebSocketState.Aborted or WebSocketState.Closed && socket.HttpStatusCode == System.Net.HttpStatusCode.SwitchingProtocols;
        }
    }

    private async Task ServeAsync(ClientWebSocket socket)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        void Down(GatewayEvent e)
        {
            if (e.Kind == GatewayEventKind.Rebooting) over.CancelAfter(TimeSpan.FromMilliseconds(300));
        }
        options.Gateway.Happened += Down;
        var sending = SendAsync(socket, over.Token);
        try
        {
            await ReceiveAsync(socket, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            socket.Abort();
        }
        finally
        {
            options.Gateway.Happened -= Down;
            await over.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        await foreach (var message in outgoing.Reader.ReadAllAsync(cancellationToken))
            await socket.SendAsync(message.ToArray().AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
    }

    private async Task ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var first = true;
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                if (length == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaximumMessage));
                result = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                    return;
                }
                length += result.Count;
            }
            while (!result.EndOfMessage);
            if (!WrpMessage.TryRead(buffer.AsMemory(0, length), out var message, out _)) continue;
            if (message is WrpEvent) Interlocked.Increment(ref acknowledged);
            if (message is not WrpRequest request) continue;
            Interlocked.Increment(ref requests);
            if (options.Fault == ParodusFault.Gone && first && Connections == 1)
            {
                socket.Abort();
                return;
            }
            await AnswerAsync(socket, request, first, cancellationToken);
            first = false;
        }
    }

    private async Task AnswerAsync(ClientWebSocket socket, WrpRequest request, bool first, CancellationToken cancellationToken)
    {
        switch (options.Fault)
        {
            case ParodusFault.Silent:
                return;
            case ParodusFault.GarbageFrame:
                await socket.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK").AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
                return;
        }
        var payload = options.Fault switch
        {
            ParodusFault.GarbagePayload => "<html>busy</html>"u8.ToArray(),
            ParodusFault.BusyOnce when first => Encoding.UTF8.GetBytes("""{"message":"WiFi is busy","statusCode":530}"""),
            _ when !request.Dest.EndsWith("/config", StringComparison.Ordinal) => Encoding.UTF8.GetBytes("""{"statusCode":531,"message":"Service Unavailable"}"""),
            _ => JsonSerializer.SerializeToUtf8Bytes(service.Answer(request.Payload)),
        };
        Send(new WrpRequest
        {
            Source = request.Dest, Dest = request.Source, ContentType = "application/json", Payload = payload, Metadata = Metadata(),
            TransactionUuid = options.Fault == ParodusFault.WrongTransaction ? Guid.NewGuid().ToString() : request.TransactionUuid,
        });
    }

    private Uri Address()
    {
        var builder = new UriBuilder(options.Server)
        {
            Scheme = options.Server.Scheme == Uri.UriSchemeHttps ? "wss" : "ws",
            Path = options.Tenant is { } tenant ? $"/webpa/{tenant}/api/v2/device" : "/api/v2/device",
        };
        return builder.Uri;
    }

    private void SetHeaders(ClientWebSocketOptions client)
    {
        client.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        client.CollectHttpResponseDetails = true;
        client.SetRequestHeader("X-WebPA-Device-Name", options.Identity);
        client.SetRequestHeader("X-WebPA-Device-Protocols", "wrp-0.11,getset-0.1");
        client.SetRequestHeader("X-WebPA-Convey", Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(Convey())));
        if (options.Token is { } token) client.SetRequestHeader("Authorization", $"Bearer {token}");
    }

    private JsonObject Convey() => new()
    {
        ["hw-model"] = Text("Device.DeviceInfo.ModelName"),
        ["hw-serial-number"] = Text("Device.DeviceInfo.SerialNumber"),
        ["hw-manufacturer"] = Text("Device.DeviceInfo.Manufacturer"),
        ["fw-name"] = Text("Device.DeviceInfo.SoftwareVersion"),
        ["boot-time"] = options.Time.GetUtcNow().ToUnixTimeSeconds(),
        ["webpa-protocol"] = "PARODUS-2.0-simulated",
        ["webpa-interface-used"] = "erouter0",
        ["hw-last-reboot-reason"] = rebootReason,
        ["webpa-last-reconnect-reason"] = reconnectReason,
    };

    private Dictionary<string, string> Metadata() => new() { ["hw-mac"] = options.Identity[4..], ["fw-name"] = Text("Device.DeviceInfo.SoftwareVersion") };

    private string Text(string path) => options.Gateway.Find(path)?.Value ?? "";

    private void OnChanged(GatewayChange change)
    {
        if (change.Path.StartsWith("Device.Hosts.Host.", StringComparison.Ordinal) && change.Path.EndsWith(".Active", StringComparison.Ordinal)) TellNode(change);
        if (!service.Notifies(change.Path) || change.New is null) return;
        var parameter = new JsonObject { ["name"] = change.Path, ["value"] = change.New, ["dataType"] = WdmpService.TypeNumber(options.Gateway.Find(change.Path)?.Type ?? "string") };
        if (change.Old is not null) parameter["oldValue"] = change.Old;
        Send(new WrpEvent
        {
            Source = options.Identity + "/config", Dest = "event:SYNC_NOTIFICATION", ContentType = "application/json", Qos = NotificationQos,
            TransactionUuid = Guid.NewGuid().ToString(), Metadata = Metadata(),
            Payload = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["device_id"] = options.Identity, ["notificationType"] = 1, ["parameters"] = new JsonArray(parameter) }),
        });
    }

    // A station came or went: RDK-B tells it without being asked.
    private void TellNode(GatewayChange change)
    {
        var row = change.Path[..(change.Path.LastIndexOf('.') + 1)];
        var node = new JsonObject { ["name"] = Text(row + "HostName"), ["mac"] = Text(row + "PhysAddress"), ["ip"] = Text(row + "IPAddress"), ["status"] = change.New == "true" ? "Online" : "Offline" };
        Send(new WrpEvent
        {
            Source = options.Identity + "/config", Dest = "event:node-change", ContentType = "application/json", Metadata = Metadata(),
            Payload = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["device_id"] = options.Identity, ["nodes"] = new JsonArray(node) }),
        });
    }

    private void OnHappened(GatewayEvent happened)
    {
        if (happened.Kind == GatewayEventKind.Rebooting) rebootReason = happened.Cause;
    }
}
