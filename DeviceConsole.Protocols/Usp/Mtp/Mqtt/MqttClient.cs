using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Channels;
using DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt;

/// <summary>
/// A connection to an MQTT broker: publishes, subscribes, keeps itself alive. When the connection is gone it stays gone; whoever owns it makes a new one.
/// </summary>
public sealed class MqttClient : IAsyncDisposable
{
    private readonly MqttClientOptions options;
    private readonly TimeProvider time;
    private readonly MqttFormatter formatter;
    private readonly Socket socket;
    private readonly Stream stream;
    private readonly SemaphoreSlim sending = new(1);
    private readonly CancellationTokenSource over = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<byte>> pending = new();
    private readonly TaskCompletionSource<MqttConnAck> admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<MqttPublish> messages = Channel.CreateBounded<MqttPublish>(new BoundedChannelOptions(1_000) { SingleReader = true });
    private Task run = Task.CompletedTask;
    private long heard;
    private int lastId, disposed;

    private MqttClient(MqttClientOptions options, TimeProvider time, Socket socket, Stream stream)
    {
        (this.options, this.time, this.socket, this.stream) = (options, time, socket, stream);
        formatter = new MqttFormatter(options.Version, options.MaximumPacket);
        heard = time.GetTimestamp();
    }

    /// <summary>Messages of the subscribed topics, in their order; ends with the connection.</summary>
    public ChannelReader<MqttPublish> Messages => messages.Reader;

    /// <summary>Cancelled when the connection is gone.</summary>
    public CancellationToken Gone => over.Token;

    /// <summary>Why it is gone.</summary>
    public string? GoneReason { get; private set; }

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="IOException">The broker cannot be reached or does not let the client in; the message is a sentence.</exception>
    public static async Task<MqttClient> ConnectAsync(MqttClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Patience);
        MqttClient? client = null;
        try
        {
            var (socket, stream) = await OpenAsync(options, patience.Token).ConfigureAwait(false);
            client = new MqttClient(options, time, socket, stream);
            await client.LogInAsync(patience.Token).ConfigureAwait(false);
            return client;
        }
        catch (Exception e)
        {
            if (client is not null) await client.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested) throw new IOException($"The broker {options} did not answer within {options.Patience.TotalSeconds:0} s.", e);
            if (e is SocketException or System.Security.Authentication.AuthenticationException) throw new IOException($"The broker {options} cannot be reached: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Sends a message; with quality of service 1 the result is the broker's reason code (0: taken).</summary>
    /// <exception cref="IOException">The connection is gone, or the broker did not acknowledge in time.</exception>
    public async Task<byte> PublishAsync(MqttPublish publish, CancellationToken cancellationToken)
    {
        if (publish.QualityOfService == 0)
        {
            await SendAsync(publish, cancellationToken).ConfigureAwait(false);
            return 0;
        }
        return await AskAsync(id => publish with { PacketId = id }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for the messages of a topic filter, with quality of service 1.</summary>
    /// <exception cref="IOException">The broker does not allow it, or the connection is gone.</exception>
    public async Task SubscribeAsync(string filter, CancellationToken cancellationToken)
    {
        var reason = await AskAsync(id => new MqttSubscribe(id, filter, 1) { UserProperties = options.UserProperties }, cancellationToken).ConfigureAwait(false);
        if (reason >= 0x80) throw new IOException($"The broker does not let this client listen to {filter} (0x{reason:x2}).");
    }

    /// <summary>Says goodbye and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        if (!over.IsCancellationRequested)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await TryGoodbyeAsync(patience.Token).ConfigureAwait(false);
        }
        await EndAsync("This side closed the connection.").ConfigureAwait(false);
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stream.DisposeAsync().ConfigureAwait(false);
        socket.Dispose();
        sending.Dispose();
        over.Dispose();
    }

    private static async Task<(Socket Socket, Stream Stream)> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken).ConfigureAwait(false);
            var plain = new NetworkStream(socket, ownsSocket: false);
            if (!options.Tls) return (socket, plain);
            var secure = new SslStream(plain);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = options.Host }, cancellationToken).ConfigureAwait(false);
            return (socket, secure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task LogInAsync(CancellationToken cancellationToken)
    {
        var connect = new MqttConnect(options.ClientId, (ushort)options.KeepAlive.TotalSeconds)
        {
            UserName = options.UserName, Password = options.Password, MaximumPacket = (uint)options.MaximumPacket, UserProperties = options.UserProperties,
        };
        run = Task.WhenAll(ReceiveAsync(), KeepAliveAsync());
        await SendAsync(connect, cancellationToken).ConfigureAwait(false);
        var answer = await admitted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Reason == 0) return;
        var why = answer.Reason is 4 or 5 or 0x86 or 0x87 ? "the user or the password is wrong, or not allowed" : answer.ReasonText ?? $"reason 0x{answer.Reason:x2}";
        throw new IOException($"The broker {options} does not let this client in: {why}.");
    }

    private async Task<byte> AskAsync(Func<ushort, MqttPacket> packet, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<byte>(TaskCreationOptions.RunContinuationsAsynchronously);
        ushort id;
        do id = (ushort)Interlocked.Increment(ref lastId);
        while (id == 0 || !pending.TryAdd(id, answer));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            await SendAsync(packet(id), either.Token).ConfigureAwait(false);
            return await answer.Task.WaitAsync(options.Patience, time, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException(GoneReason ?? "The broker did not acknowledge in time.", e);
        }
        finally
        {
            pending.TryRemove(id, out _);
        }
    }

    private async Task SendAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        var bytes = formatter.Write(packet);
        try
        {
            await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                sending.Release();
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            throw new IOException("The connection to the broker is gone.", e);
        }
    }

    private async Task ReceiveAsync()
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var reason = "The broker closed the connection.";
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(over.Token).ConfigureAwait(false);
                var consumed = await TakeAllAsync(result.Buffer.IsSingleSegment ? result.Buffer.First : System.Buffers.BuffersExtensions.ToArray(result.Buffer)).ConfigureAwait(false);
                reader.AdvanceTo(result.Buffer.GetPosition(consumed), result.Buffer.End);
                if (result.IsCompleted) break;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or MqttProtocolException)
        {
            reason = $"The connection to the broker broke: {e.Message}";
        }
        catch (OperationCanceledException)
        {
            // Ended from this side; the reason is known.
        }
        await reader.CompleteAsync().ConfigureAwait(false);
        await EndAsync(reason).ConfigureAwait(false);
    }

    private async Task<long> TakeAllAsync(ReadOnlyMemory<byte> data)
    {
        var consumed = 0;
        while (formatter.TryRead(data.Span[consumed..], out var packet, out var length))
        {
            consumed += length;
            heard = time.GetTimestamp();
            if (packet is not null) await TakeAsync(packet).ConfigureAwait(false);
        }
        return consumed;
    }

    private async ValueTask TakeAsync(MqttPacket packet)
    {
        switch (packet)
        {
            case MqttConnAck ack:
                admitted.TrySetResult(ack);
                break;
            case MqttPubAck ack:
                if (pending.TryRemove(ack.PacketId, out var published)) published.TrySetResult(ack.Reason);
                break;
            case MqttSubAck ack:
                if (pending.TryRemove(ack.PacketId, out var subscribed)) subscribed.TrySetResult(ack.Reason);
                break;
            case MqttPublish publish:
                await messages.Writer.WriteAsync(publish, over.Token).ConfigureAwait(false);
                if (publish.QualityOfService == 1) await SendAsync(new MqttPubAck(publish.PacketId), over.Token).ConfigureAwait(false);
                break;
            case MqttDisconnect disconnect:
                await EndAsync($"The broker ended the connection (0x{disconnect.Reason:x2}).").ConfigureAwait(false);
                break;
        }
    }

    // A ping after half of the keep-alive; whoever says nothing for twice as long is gone.
    private async Task KeepAliveAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.KeepAlive / 2, time, over.Token).ConfigureAwait(false);
                if (time.GetElapsedTime(heard) > options.KeepAlive * 2) break;
                await SendAsync(new MqttPing(IsAnswer: false), over.Token).ConfigureAwait(false);
            }
            await EndAsync("The broker is silent.").ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The receiving side says why the connection ended.
            return;
        }
    }

    private async Task TryGoodbyeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(new MqttDisconnect(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Nobody is there to say goodbye to.
            return;
        }
    }

    private async Task EndAsync(string reason)
    {
        GoneReason ??= reason;
        messages.Writer.TryComplete();
        admitted.TrySetException(new IOException(GoneReason));
        if (!over.IsCancellationRequested) await over.CancelAsync().ConfigureAwait(false);
    }
}
