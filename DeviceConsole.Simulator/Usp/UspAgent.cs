using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using DeviceConsole.Protocols.Usp.Wire;
using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Protocols.Usp.Wire.Records;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Usp;

/// <summary>
/// A USP agent on a simulated home gateway: it calls its controller, answers, reports, and comes back after a reboot. It runs from
/// <see cref="Start"/> until it is disposed.
/// </summary>
public sealed class UspAgent : IAsyncDisposable
{
    private const string Version = "1.3";
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);
    private static readonly byte[] NoRecord = [0xff, 0x00, 0x55, 0x53, 0x50];

    private readonly UspAgentOptions options;
    private readonly IUspTransport transport;
    private readonly AgentReads reads;
    private readonly AgentWrites writes;
    private readonly AgentCommands commands;
    private readonly AgentSubscriptions subscriptions;
    private readonly Lock gate = new();
    private readonly Channel<(string Id, NotifyRequest Notify)> toTell = Channel.CreateBounded<(string, NotifyRequest)>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly ConcurrentDictionary<string, NotifyRequest> unacknowledged = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private readonly string prefix = Guid.NewGuid().ToString("N")[..8];
    private readonly Task run;
    private volatile Func<Task>? leave;
    private string bootCause = "";
    private bool firmwareUpdated, booted = true;
    private int lastId, connections, asked;

    private UspAgent(UspAgentOptions options, IUspTransport transport, TimeProvider? time)
    {
        (this.options, this.transport) = (options, transport);
        Gateway = new HomeGateway(options.Gateway, time ?? TimeProvider.System);
        Gateway.Provision("Device.LocalAgent.EndpointID", options.Id);
        Gateway.Provision("Device.LocalAgent.Controller.1.EndpointID", options.ControllerId);
        Gateway.Changed += OnChanged;
        Gateway.Happened += OnHappened;
        var resolver = new PathResolver(Gateway);
        reads = new AgentReads(Gateway, resolver);
        writes = new AgentWrites(Gateway, resolver, reads);
        commands = new AgentCommands(Gateway, options.FetchesFiles ? FirmwareFetch.FetchAsync : null, why => TellEnd(() => commands!.DownloadFailed(why)));
        subscriptions = new AgentSubscriptions(Gateway, resolver, reads);
        run = Task.WhenAll(RunAsync(), TickAsync());
    }

    /// <summary>The device it speaks for.</summary>
    public HomeGateway Gateway { get; }

    /// <summary>How often it was let in.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>How many requests it got.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>Notifications that wait for their acknowledgement.</summary>
    public int Unacknowledged => unacknowledged.Count;

    /// <summary>Starts an agent.</summary>
    public static UspAgent Start(UspAgentOptions options, IUspTransport transport, TimeProvider? time = null) => new(options, transport, time);

    /// <summary>Breaks the connection; it connects again.</summary>
    public void Disconnect() => _ = leave?.Invoke();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Gateway.Changed -= OnChanged;
        Gateway.Happened -= OnHappened;
        await stop.CancelAsync();
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(stop.Token)) Gateway.Tick();
    }

    private async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            if (Gateway.IsUp) await ConnectAsync();
            await Task.Delay(Gateway.IsUp ? options.RetryAfter : TimeSpan.FromMilliseconds(200), stop.Token);
        }
    }

    private async Task ConnectAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        try
        {
            await using var link = await transport.ConnectAsync(options.Id, over.Token);
            leave = () => LeaveAsync(link, over);
            Interlocked.Increment(ref connections);
            await SendAsync(link, link.Greeting, over.Token);
            Announce();
            var telling = TellAsync(link, over.Token);
            await ReceiveAsync(link, over.Token);
            await over.CancelAsync();
            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (IOException)
        {
            // The controller is not there, or went: it connects again.
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Told to leave, or the gateway went down.
        }
        finally
        {
            leave = null;
        }
    }

    // Answers that are on their way arrive: whoever just cuts the connection may take them along.
    private static async Task LeaveAsync(IUspConnection link, CancellationTokenSource over)
    {
        try
        {
            await link.CloseAsync(over.Token);
            over.CancelAfter(Goodbye);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It is gone already.
            return;
        }
    }

    // A new agent that nobody has subscribed to asks to be managed; the boot is told to subscribers.
    private void Announce()
    {
        // What nobody acknowledged is told again, under the same message ID.
        foreach (var (id, notify) in unacknowledged) toTell.Writer.TryWrite((id, notify));
        if (!booted) return;
        booted = false;
        if (!reads.GetInstances(new GetInstancesRequest { ObjectPaths = ["Device.LocalAgent.Subscription."] }).RequestedTables[0].Instances.Any())
        {
            Tell(new NotifyRequest(new OnBoardRequest { Oui = options.Gateway.Oui, ProductClass = options.Gateway.ProductClass, SerialNumber = options.Gateway.Serial, ProtocolVersions = "1.0,1.1,1.2,1.3" }) { SendResponse = true });
            return;
        }
        var parameters = JsonSerializer.Serialize(new Dictionary<string, string> { ["Device.DeviceInfo.SoftwareVersion"] = Gateway.Find("Device.DeviceInfo.SoftwareVersion")?.Value ?? "" });
        Tell("Event", "Device.Boot!", new UspEvent
        {
            ObjectPath = "Device.",
            Name = "Boot!",
            Parameters = new Dictionary<string, string> { ["CommandKey"] = "", ["Cause"] = bootCause.Length == 0 ? "LocalReboot" : bootCause, ["FirmwareUpdated"] = firmwareUpdated ? "true" : "false", ["ParameterMap"] = parameters },
        });
        firmwareUpdated = false;
    }

    private async Task TellAsync(IUspConnection link, CancellationToken cancellationToken)
    {
        await foreach (var (id, notify) in toTell.Reader.ReadAllAsync(cancellationToken))
        {
            if (notify.SendResponse) unacknowledged[id] = notify;
            await SendAsync(link, new NoSessionContext(new UspMessage(id, notify).Encode()), cancellationToken);
        }
    }

    private async Task ReceiveAsync(IUspConnection link, CancellationToken cancellationToken)
    {
        while (await link.ReceiveAsync(cancellationToken) is { } bytes)
        {
            var record = UspRecord.Decode(bytes);
            if (record.ToId != options.Id || record.Body is not NoSessionContext whole) continue;
            var message = UspMessage.Decode(whole.Payload.Span);
            if (message.Body is NotifyResponse) unacknowledged.TryRemove(message.Id, out _);
            else if (!await AnswerAsync(link, message, cancellationToken)) return;
        }
    }

    private async Task<bool> AnswerAsync(IUspConnection link, UspMessage message, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        switch (options.Fault)
        {
            case UspAgentFault.Silent:
                return true;
            case UspAgentFault.Garbage:
                await link.SendAsync(NoRecord, cancellationToken);
                return true;
            case UspAgentFault.Vanish:
                return false;
        }
        UspBody answer;
        Action? then = null;
        lock (gate)
        {
            if (message.Body is OperateRequest operate) (answer, then) = commands.Operate(operate);
            else answer = Answer(message.Body);
        }
        await SendAsync(link, new NoSessionContext(new UspMessage(message.Id, answer).Encode()), cancellationToken);
        then?.Invoke();
        return true;
    }

    private UspBody Answer(UspBody request) => request switch
    {
        GetRequest get => reads.Get(get),
        GetInstancesRequest instances => reads.GetInstances(instances),
        GetSupportedDmRequest supported => AgentReads.GetSupportedDm(supported),
        GetSupportedProtocolRequest => new GetSupportedProtocolResponse { AgentVersions = "1.0,1.1,1.2,1.3" },
        SetRequest set => writes.Set(set),
        AddRequest add => writes.Add(add),
        DeleteRequest delete => writes.Delete(delete),
        _ => new UspError { Code = 7001, Message = "The agent does not know this message." },
    };

    private Task SendAsync(IUspConnection link, UspRecordBody body, CancellationToken cancellationToken) =>
        link.SendAsync(new UspRecord(Version, options.ControllerId, options.Id, body).Encode(), cancellationToken);

    private void OnChanged(GatewayChange change)
    {
        foreach (var notify in subscriptions.For(change)) Tell(notify);
    }

    private void OnHappened(GatewayEvent happened)
    {
        switch (happened.Kind)
        {
            case GatewayEventKind.Rebooting:
                bootCause = happened.Cause;
                booted = true;
                Disconnect();
                break;
            case GatewayEventKind.FirmwareActivated:
                firmwareUpdated = true;
                break;
            case GatewayEventKind.DiagnosticComplete:
                TellEnd(() => commands.Ended(happened.Path));
                break;
            case GatewayEventKind.FirmwareDownloaded:
                TellEnd(commands.Downloaded);
                break;
        }
    }

    private void TellEnd(Func<OperationComplete?> take)
    {
        OperationComplete? end;
        lock (gate) end = take();
        if (end is not null) Tell("OperationComplete", end.ObjectPath + end.CommandName, end);
    }

    private void Tell(string type, string path, Notification notification)
    {
        foreach (var notify in subscriptions.For(type, path, notification)) Tell(notify);
    }

    private void Tell(NotifyRequest notify) => toTell.Writer.TryWrite((string.Create(CultureInfo.InvariantCulture, $"notify-{prefix}-{Interlocked.Increment(ref lastId)}"), notify));
}
