using System.Buffers;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Shared.ProxyProtocol;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>
/// One TCP connection of a sender of notifications (RFC 3430): messages one behind the other. From a trusted proxy it begins with a PROXY header, which says whose it is.
/// </summary>
internal sealed class TrapConnection(Socket socket, TrapNetworks proxies, Action<byte[], IPAddress, TrapConnection> take, TimeProvider time) : IDisposable
{
    private const int Room = BerReader.MaximumLength + 8, FirstRoom = 4_096;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10), HeaderTime = TimeSpan.FromSeconds(10), SendTime = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim sending = new(1);
    private byte[] buffer = new byte[FirstRoom];
    private int held;

    /// <summary>Reads until the other side ends, falls silent for long, or sends what is no SNMP.</summary>
    /// <exception cref="SnmpDecodeException">It sent what is no SNMP message.</exception>
    /// <exception cref="ProxyHeaderException">A trusted proxy sent no PROXY header, or a wrong one.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var source = Plain(((IPEndPoint)socket.RemoteEndPoint!).Address);
        if (proxies.Contains(source)) source = await HeaderAsync(source, cancellationToken).ConfigureAwait(false);
        do Dispatch(source);
        while (await ReceiveAsync(Idle, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Sends an answer; one that does not go out in time is left, the sender asks again.</summary>
    public async Task ReplyAsync(byte[] message)
    {
        using var limit = new CancellationTokenSource(SendTime, time);
        try
        {
            await sending.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                for (var sent = 0; sent < message.Length;) sent += await socket.SendAsync(message.AsMemory(sent), SocketFlags.None, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                sending.Release();
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Half an answer is none: the stream is of no use any more.
            socket.Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose() => socket.Dispose();

    private async Task<IPAddress> HeaderAsync(IPAddress peer, CancellationToken cancellationToken)
    {
        while (await ReceiveAsync(HeaderTime, cancellationToken).ConfigureAwait(false))
        {
            var bytes = new ReadOnlySequence<byte>(buffer, 0, held);
            if (!ProxyHeaderReader.TryRead(bytes, out var header, out var consumed))
            {
                if (held == buffer.Length) Array.Resize(ref buffer, Room);
                continue;
            }

            Consume((int)bytes.Slice(0, consumed).Length);
            return header.Source is { } source ? Plain(source.Address) : peer;
        }

        return peer;
    }

    private async Task<bool> ReceiveAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        var read = await socket.ReceiveAsync(buffer.AsMemory(held), SocketFlags.None, limit.Token).ConfigureAwait(false);
        held += read;
        return read > 0;
    }

    private void Dispatch(IPAddress source)
    {
        var at = 0;
        while (BerReader.TryReadElementLength(buffer.AsSpan(at, held - at), BerTag.Sequence, out var length))
        {
            take(buffer.AsSpan(at, length).ToArray(), source, this);
            at += length;
        }

        Consume(at);
        if (held < buffer.Length) return;
        if (buffer.Length == Room) throw new SnmpDecodeException("The stream holds no SNMP message.");
        Array.Resize(ref buffer, Room);
    }

    private void Consume(int count)
    {
        buffer.AsSpan(count, held - count).CopyTo(buffer);
        held -= count;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
