using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>
/// The UDP socket of the receiver. One thread takes datagrams off it as fast as they come, into a bounded queue; one task judges them.
/// The sender of an inform is answered before anything is stored.
/// </summary>
internal sealed partial class TrapListener(
    IOptions<TrapOptions> options, IServiceProvider services, TrapCounters counters, TimeProvider time, ILogger<TrapListener> logger) : BackgroundService
{
    private const int LargestDatagram = 65_535, LookUps = 64, HeldForLookUp = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly TrapOptions settings = options.Value;
    private readonly SemaphoreSlim judging = new(1);
    private int lookingUp;

    /// <summary>Where it listens; null before it does.</summary>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Port == 0) return;
        // The rest of the start does not wait for the database.
        await Task.Yield();
        var desk = services.GetRequiredService<INotificationDesk>();
        using var socket = Open();
        if (socket is null) return;
        try
        {
            var engine = await EngineAsync(desk, stoppingToken).ConfigureAwait(false);
            var receiver = new TrapReceiver(desk, new ReceiverIdentity(engine, time), counters, time);
            await RunAsync(socket, receiver, new TrapSources(desk, time), stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(counters[TrapOutcome.Received], counters[TrapOutcome.Dropped]);
        }
    }

    private async Task RunAsync(Socket socket, TrapReceiver receiver, TrapSources sources, CancellationToken stoppingToken)
    {
        var queue = Channel.CreateBounded<Datagram>(new BoundedChannelOptions(settings.Queue) { SingleReader = true, SingleWriter = true });
        var thread = new Thread(() => Receive(socket, queue.Writer)) { IsBackground = true, Name = "SNMP notifications" };
        thread.Start();
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        LogListening(LocalEndPoint, socket.ReceiveBufferSize);
        try
        {
            await foreach (var datagram in queue.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                if (sources.Find(datagram.Source) is { } devices) await JudgeAsync(socket, receiver, datagram, devices, stoppingToken).ConfigureAwait(false);
                else LookUp(socket, receiver, sources, datagram, stoppingToken);
            }
        }
        finally
        {
            socket.Dispose();
            thread.Join();
        }
    }

    // A source that nobody asked about yet must not keep the others waiting.
    private void LookUp(Socket socket, TrapReceiver receiver, TrapSources sources, Datagram datagram, CancellationToken stoppingToken)
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
                var devices = sources.Find(datagram.Source) ?? await sources.LoadAsync(datagram.Source, stoppingToken).ConfigureAwait(false);
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

    private async Task JudgeAsync(Socket socket, TrapReceiver receiver, Datagram datagram, IReadOnlyList<TrapSource> devices, CancellationToken stoppingToken)
    {
        byte[]? reply = null;
        if (!judging.Wait(0, CancellationToken.None)) await judging.WaitAsync(stoppingToken).ConfigureAwait(false);
        try
        {
            if (devices.Count == 0) receiver.Unknown(datagram.Source);
            else reply = receiver.Process(datagram.Bytes, datagram.Source, devices);
        }
        finally
        {
            judging.Release();
        }

        if (reply is null) return;
        try
        {
            socket.SendTo(reply, SocketFlags.None, datagram.From);
        }
        catch (SocketException e)
        {
            LogFailed(datagram.Source, e.Message);
        }
    }

    private void Receive(Socket socket, ChannelWriter<Datagram> queue)
    {
        var limit = new StormLimit(settings.PerSource, settings.Burst, time);
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
                counters.Add(TrapOutcome.Received);
                var source = ((IPEndPoint)any.Create(from)).Address;
                if (source.IsIPv4MappedToIPv6) source = source.MapToIPv4();
                if (!limit.Allows(source)) counters.Add(TrapOutcome.Storm);
                else if (!queue.TryWrite(new Datagram(buffer.AsSpan(0, length).ToArray(), source, Copy(from)))) counters.Add(TrapOutcome.Dropped);
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

    private Socket? Open()
    {
        Socket? socket = null;
        try
        {
            var address = settings.Address.Length > 0 ? IPAddress.Parse(settings.Address) : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
            socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            SocketBuffers.Grow(socket, settings.ReceiveBuffer);
            socket.Bind(new IPEndPoint(address, settings.Port));
            return socket;
        }
        catch (Exception e) when (e is SocketException or FormatException)
        {
            socket?.Dispose();
            LogNotOpened(settings.Port, e.Message);
            return null;
        }
    }

    private async Task<ReceiverEngine> EngineAsync(INotificationDesk desk, CancellationToken stoppingToken)
    {
        var receiver = settings.Receiver.Length > 0 ? settings.Receiver : $"{(settings.Address.Length > 0 ? settings.Address : "*")}:{settings.Port}";
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

    [LoggerMessage(2852, LogLevel.Error, "Traps and informs are not received: UDP port {Port} could not be opened ({Reason}). Free the port or choose another one with Snmp:Traps:Port, then restart.")]
    private partial void LogNotOpened(int port, string reason);

    [LoggerMessage(2853, LogLevel.Warning, "A notification of {Source} could not be handled: {Reason}")]
    private partial void LogFailed(IPAddress source, string reason);

    [LoggerMessage(2854, LogLevel.Warning, "The receiver of notifications waits for the database: {Reason}")]
    private partial void LogNoEngine(string reason);

    [LoggerMessage(2855, LogLevel.Debug, "The receiver of notifications stops; {Received} came, {Dropped} were dropped.")]
    private partial void LogStopped(long received, long dropped);

    private readonly record struct Datagram(byte[] Bytes, IPAddress Source, SocketAddress From);
}
