using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// SNMP over TCP (RFC 3430) to one device: one connection for all its requests, opened when something is to be sent, closed when
/// nothing was for a while. A broken stream ends the connection and every request that waits on it.
/// </summary>
internal sealed class TcpChannel(IPEndPoint endPoint) : ISnmpChannel, IDisposable
{
    private const int Room = 2 * BerReader.MaximumLength;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly SocketAddress address = endPoint.Serialize();
    private readonly CancellationTokenSource stop = new();
    private Channel<byte[]>? outgoing;

    /// <inheritdoc />
    public PendingTable Pending { get; } = new();

    /// <inheritdoc />
    public SocketError? TrySend(ReadOnlySpan<byte> message, SocketAddress destination)
    {
        var copy = message.ToArray();
        lock (gate)
        {
            if (stop.IsCancellationRequested) return SocketError.Shutdown;
            if (outgoing?.Writer.TryWrite(copy) == true) return null;
            outgoing = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
            outgoing.Writer.TryWrite(copy);
            _ = Task.Run(() => ConnectionAsync(outgoing));
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate)
        {
            if (stop.IsCancellationRequested) return;
            stop.Cancel();
        }

        foreach (var exchange in Pending.Snapshot()) exchange.OnClientDisposed();
    }

    private async Task ConnectionAsync(Channel<byte[]> queue)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var error = SocketError.ConnectionReset;
        try
        {
            await socket.ConnectAsync(endPoint, end.Token).ConfigureAwait(false);
            var sending = SendAsync(socket, queue, end.Token);
            await ReceiveAsync(socket, end.Token).ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (SocketException e)
        {
            error = e.SocketErrorCode;
        }
        catch (Exception e) when (e is OperationCanceledException or SnmpDecodeException or ObjectDisposedException)
        {
            error = e is SnmpDecodeException ? SocketError.ProtocolNotSupported : SocketError.ConnectionReset;
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            Close(queue, error);
        }
    }

    // What was put into the queue and not sent belongs to requests that wait: they end with the others.
    private void Close(Channel<byte[]> queue, SocketError error)
    {
        lock (gate)
        {
            queue.Writer.TryComplete();
            if (outgoing == queue) outgoing = null;
        }

        foreach (var exchange in Pending.Snapshot()) exchange.OnConnectionLost(error);
    }

    private static async Task SendAsync(Socket socket, Channel<byte[]> queue, CancellationToken cancellationToken)
    {
        await foreach (var message in queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            for (var sent = 0; sent < message.Length;)
                sent += await socket.SendAsync(message.AsMemory(sent), SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[Room];
        var held = 0;
        while (true)
        {
            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            quiet.CancelAfter(Idle);
            int read;
            try
            {
                read = await socket.ReceiveAsync(buffer.AsMemory(held), SocketFlags.None, quiet.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && Pending.Snapshot().Count > 0)
            {
                continue;
            }

            if (read == 0) return;
            held = Dispatch(buffer, held + read);
        }
    }

    private int Dispatch(byte[] buffer, int held)
    {
        var at = 0;
        while (BerReader.TryReadElementLength(buffer.AsSpan(at, held - at), BerTag.Sequence, out var length))
        {
            var message = buffer.AsSpan(at, length);
            if (MessagePeek.TryRead(message, out var peek) && peek.PduType == PduType.Response) Pending.Find(peek.Id)?.OnDatagram(peek, message, address);
            at += length;
        }

        buffer.AsSpan(at, held - at).CopyTo(buffer);
        return held - at;
    }
}
