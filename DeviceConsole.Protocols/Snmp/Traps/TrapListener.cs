using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared.ProxyProtocol;
using DeviceConsole.Protocols.Snmp.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>
/// The receiver's sockets. One thread takes datagrams off the UDP socket as fast as they come, into a bounded queue; one task judges them. TCP, where it is
/// wanted, ends in the same queue. The sender of an inform is answered before anything is stored.
/// </summary>
internal sealed partial class TrapListener(
    IOptions<TrapOptions> options, IServiceProvider services, TrapCounters counters, TimeProvider time, ILogger<TrapListener> logger) : BackgroundService
{
    private const int LargestDatagram = 65_535, LookUps = 64, HeldForLookUp = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly TrapOptions settings = options.Value;
    private readonly SemaphoreSlim judging = new(1);
    private TrapNetworks forwarders = TrapNetworks.Parse("");
    private TrapNetworks proxies = TrapNetworks.Parse("");
    private int lookingUp;

    /// <summary>Where it listens for datagrams; null before it does.</summary>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <summary>Where it listens for connections; null before it does, and where it does not.</summary>
    public IPEndPoint? StreamEndPoint { get; private set; }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Port == 0 && settings.TcpPort == 0) return;
        // The rest of the start does not wait for the database.
        await Task.Yield();
        var desk = services.GetRequiredService<INotificationDesk>();
        using var socket = Open(settings.Port, SocketType.Dgram);
        using var stream = Open(settings.TcpPort, SocketType.Stream);
        if ((socket is null && stream is null) || !ReadNetworks()) return;
        try
        {
            var engine = await EngineAsync(desk, stoppingToken).ConfigureAwait(false);
            var receiver = new TrapReceiver(desk, new ReceiverIdentity(engine, time), counters, time);
            await RunAsync(socket, stream, receiver, new TrapSources(desk, time), stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(counters[TrapOutcome.Received], counters[TrapOutcome.Dropped]);
        }
    }

    private async Task RunAsync(Socket? socket, Socket? stream, TrapReceiver receiver, TrapSources sources, CancellationToken stoppingToken)
    {
        var queue = Channel.CreateBounded<Datagram>(new BoundedChannelOptions(settings.Queue) { SingleReader = true });
        var limit = new StormLimit(settings.PerSource, settings.Burst, time);
        var thread = socket is null ? null : new Thread(() => Receive(socket, limit, queue.Writer)) { IsBackground = true, Name = "SNMP notifications" };
        thread?.Start();
        var connections = stream is null
            ? Task.CompletedTask
            : new TrapConnections(stream, proxies, (bytes, source, from) => Take(limit, queue.Writer, bytes, source, from), counters, time, logger).RunAsync(stoppingToken);
        Listens(socket, stream);
        try
        {
            await foreach (var datagram in queue.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                if (sources.Find(datagram.Source, datagram.Engine) is { } devices) await JudgeAsync(socket, receiver, datagram, devices, stoppingToken).ConfigureAwait(false);
                else LookUp(socket, receiver, sources, datagram, stoppingToken);
            }
        }
        finally
        {
            socket?.Dispose();
            thread?.Join();
            await connections.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Listens(Socket? socket, Socket? stream)
    {
        StreamEndPoint = (IPEndPoint?)stream?.LocalEndPoint;
        LocalEndPoint = (IPEndPoint?)socket?.LocalEndPoint;
        if (socket is not null) LogListening(LocalEndPoint!, socket.ReceiveBufferSize);
        if (stream is not null) LogListeningTcp(StreamEndPoint!);
    }

    private bool ReadNetworks()
    {
        try
        {
            (forwarders, proxies) = (TrapNetworks.Parse(settings.Forwarders), TrapNetworks.Parse(settings.Proxies));
            return true;
        }
        catch (FormatException e)
        {
            LogWrongNetworks(e.Message);
            return false;
        }
    }

    // A source that nobody asked about yet must not keep the others waiting.
    private void LookUp(Socket? socket, TrapReceiver receiver, TrapSources sources, Datagram datagram, CancellationToken stoppingToken)
    {
        if (Interlocked.Increment(ref lookingUp) > LookUps + HeldForLookUp)
        {
            Interlocked.Decrement(ref lookingUp);
            counters.Add(TrapOutcome.Dropped);
            return;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                var devices = sources.Find(datagram.Source, datagram.Engine) ?? await sources.LoadAsync(datagram.Source, datagram.Engine, stoppingToken).ConfigureAwait(false);
                await JudgeAsync(socket, receiver, datagram, devices, stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                counters.Add(TrapOutcome.Dropped);
                LogFailed(datagram.Source, e.Message);
            }
            finally
            {
                Interlocked.Decrement(ref lookingUp);
            }
        }, stoppingToken);
    }

    private async Task JudgeAsync(Socket? socket, TrapReceiver receiver, Datagram datagram, IReadOnlyList<TrapSource> devices, CancellationToken stoppingToken)
    {
        byte[]? reply = null;
        if (!judging.Wait(0, CancellationToken.None)) await judging.WaitAsync(stoppingToken).ConfigureAwait(false);
        try
        {
            if (devices.Count == 0 && datagram.Engine is { } engine) receiver.UnknownEngine(datagram.Source, engine);
            else if (devices.Count == 0) receiver.Unknown(datagram.Source);
            else reply = receiver.Process(datagram.Bytes, datagram.Source, devices, datagram.Forwarder);
        }
        finally
        {
            judging.Release();
        }

        if (reply is null) return;
        if (datagram.Connection is { } connection)
        {
            _ = connection.ReplyAsync(reply);
            return;
        }

        try
        {
            socket!.SendTo(reply, SocketFlags.None, datagram.From!);
        }
        catch (SocketException e)
        {
            LogFailed(datagram.Source, e.Message);
        }
    }

    private void Take(StormLimit limit, ChannelWriter<Datagram> queue, byte[] message, IPAddress source, TrapConnection from) =>
        Take(limit, queue, new Datagram(message, source, null, from, null, null));

    // Storms are cut off by whose the notifications are: a forwarder brings those of many devices.
    private void Take(StormLimit limit, ChannelWriter<Datagram> queue, Datagram datagram)
    {
        counters.Add(TrapOutcome.Received);
        if (!forwarders.IsEmpty && forwarders.Contains(datagram.Source)) datagram = Forwarded(datagram);
        if (!limit.Allows(datagram.Engine ?? (object)datagram.Source)) counters.Add(TrapOutcome.Storm);
        else if (!queue.TryWrite(datagram)) counters.Add(TrapOutcome.Dropped);
    }

    private static Datagram Forwarded(Datagram datagram)
    {
        if (TrapOrigin.Of(datagram.Bytes) is { } origin) return datagram with { Source = origin, Forwarder = datagram.Source };
        return TrapOrigin.EngineOf(datagram.Bytes) is { } engine ? datagram with { Engine = engine, Forwarder = datagram.Source } : datagram;
    }

    // A trusted proxy says in a header before the notification whose it is; of anybody else that is no notification.
    private void Take(StormLimit limit, ChannelWriter<Datagram> queue, ReadOnlySpan<byte> bytes, IPAddress source, SocketAddress from)
    {
        try
        {
            if (!proxies.IsEmpty && proxies.Contains(source) && ProxyHeaderReader.TryReadDatagram(bytes, out var header, out var length))
            {
                bytes = bytes[length..];
                if (header.Source?.Address is { } sender) source = sender.IsIPv4MappedToIPv6 ? sender.MapToIPv4() : sender;
            }

            Take(limit, queue, new Datagram(bytes.ToArray(), source, Copy(from), null, null, null));
        }
        catch (ProxyHeaderException e)
        {
            counters.Add(TrapOutcome.Received);
            counters.Add(TrapOutcome.Malformed);
            LogFailed(source, e.Message);
        }
    }

    private void Receive(Socket socket, StormLimit limit, ChannelWriter<Datagram> queue)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(LargestDatagram, pinned: true);
        var from = new SocketAddress(socket.AddressFamily);
        var capacity = from.Size;
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (true)
        {
            try
            {
                from.Size = capacity;
                var length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
                var source = ((IPEndPoint)any.Create(from)).Address;
                if (source.IsIPv4MappedToIPv6) source = source.MapToIPv4();
                Take(limit, queue, buffer.AsSpan(0, length), source, from);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Closed while it waited, or an ICMP error for an answer of ours.
                if (e.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket or SocketError.InvalidArgument) return;
            }
        }
    }

    private Socket? Open(int port, SocketType type)
    {
        if (port == 0) return null;
        Socket? socket = null;
        try
        {
            var address = settings.Address.Length > 0 ? IPAddress.Parse(settings.Address) : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
            socket = new Socket(address.AddressFamily, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            if (type == SocketType.Dgram) SocketBuffers.Grow(socket, settings.ReceiveBuffer);
            socket.Bind(new IPEndPoint(address, port));
            if (type == SocketType.Stream) socket.Listen();
            return socket;
        }
        catch (Exception e) when (e is SocketException or FormatException)
        {
            socket?.Dispose();
            LogNotOpened(type == SocketType.Dgram ? "UDP" : "TCP", port, e.Message, type == SocketType.Dgram ? "Snmp:Traps:Port" : "Snmp:Traps:TcpPort");
            return null;
        }
    }

    private async Task<ReceiverEngine> EngineAsync(INotificationDesk desk, CancellationToken stoppingToken)
    {
        var receiver = settings.Receiver.Length > 0 ? settings.Receiver : $"{(settings.Address.Length > 0 ? settings.Address : "*")}:{(settings.Port != 0 ? settings.Port : settings.TcpPort)}";
        while (true)
        {
            try
            {
                return await desk.EngineAsync(receiver, ReceiverIdentity.NewId(), stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException or IOException)
            {
                LogNoEngine(e.Message);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }

    [LoggerMessage(2851, LogLevel.Information, "Traps and informs are received on {EndPoint}, with a buffer of {Buffer} bytes.")]
    private partial void LogListening(IPEndPoint endPoint, int buffer);

    [LoggerMessage(2852, LogLevel.Error, "Traps and informs are not received: {Transport} port {Port} could not be opened ({Reason}). Free the port or choose another one with {Setting}, then restart.")]
    private partial void LogNotOpened(string transport, int port, string reason, string setting);

    [LoggerMessage(2853, LogLevel.Warning, "A notification of {Source} could not be handled: {Reason}")]
    private partial void LogFailed(IPAddress source, string reason);

    [LoggerMessage(2854, LogLevel.Warning, "The receiver of notifications waits for the database: {Reason}")]
    private partial void LogNoEngine(string reason);

    [LoggerMessage(2855, LogLevel.Debug, "The receiver of notifications stops; {Received} came, {Dropped} were dropped.")]
    private partial void LogStopped(long received, long dropped);

    [LoggerMessage(2857, LogLevel.Information, "Traps and informs are received on TCP {EndPoint}.")]
    private partial void LogListeningTcp(IPEndPoint endPoint);

    [LoggerMessage(2858, LogLevel.Error, "Traps and informs are not received: Snmp:Traps:Forwarders or Snmp:Traps:Proxies is wrong: {Reason} Correct it, then restart.")]
    private partial void LogWrongNetworks(string reason);

    private readonly record struct Datagram(byte[] Bytes, IPAddress Source, SocketAddress? From, TrapConnection? Connection, IPAddress? Forwarder, string? Engine);
}
