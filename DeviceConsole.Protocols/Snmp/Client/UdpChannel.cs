using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// The one UDP socket of an address family: sends from any thread, and one thread of its own that receives and hands each answer
/// to the exchange that waits for it. The receiving thread never runs a caller's code.
/// </summary>
internal sealed class UdpChannel : ISnmpChannel, IDisposable
{
    private const int LargestDatagram = 65_535;

    private readonly Socket socket;
    private readonly TakeIcmpError take;
    private readonly Thread receiver;
    private readonly GarbageWatch garbage = new();
    private volatile bool disposed;

    public UdpChannel(AddressFamily family, int receiveBuffer, TakeIcmpError? take = null)
    {
        this.take = take ?? IcmpErrors.TryTake;
        socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (family == AddressFamily.InterNetworkV6) socket.DualMode = false;
            SocketBuffers.Grow(socket, receiveBuffer);
            IcmpErrors.Enable(socket);
            socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        receiver = new Thread(Receive) { IsBackground = true, Name = $"SNMP {family}" };
        receiver.Start();
    }

    /// <inheritdoc />
    public PendingTable Pending { get; } = new();

    /// <inheritdoc />
    public SocketError? TrySend(ReadOnlySpan<byte> message, SocketAddress destination)
    {
        // An ICMP error for somebody else's datagram is reported to whoever uses the socket next: take it off, and send again.
        for (var i = 0; ; i++)
        {
            try
            {
                socket.SendTo(message, SocketFlags.None, destination);
                return null;
            }
            catch (SocketException e)
            {
                // The receiving thread may have taken it off already: a refusal is never about a datagram that was not sent yet.
                if (i < 8 && (DrainErrors(e.SocketErrorCode) || e.SocketErrorCode == SocketError.ConnectionRefused)) continue;
                return e.SocketErrorCode;
            }
            catch (ObjectDisposedException)
            {
                return SocketError.Shutdown;
            }
        }
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        socket.Dispose();
        if (Thread.CurrentThread != receiver) receiver.Join();
        foreach (var exchange in Pending.Snapshot()) exchange.OnClientDisposed();
    }

    private void Receive()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(LargestDatagram, pinned: true);
        var source = new SocketAddress(socket.AddressFamily);
        var capacity = source.Size;
        var moderation = new ReceiveModeration();
        while (!disposed)
        {
            try
            {
                if (moderation.IsDue(Pending.Count)) ReceiveModeration.Pause();
                do
                {
                    source.Size = capacity;
                    var length = socket.ReceiveFrom(buffer, SocketFlags.None, source);
                    Dispatch(buffer.AsSpan(0, length), source);
                    moderation.Received();
                }
                while (socket.Available > 0);
            }
            catch (SocketException e)
            {
                if (!disposed) DrainErrors(e.SocketErrorCode);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Dispatch(ReadOnlySpan<byte> datagram, SocketAddress source)
    {
        if (MessagePeek.TryRead(datagram, out var peek) && peek.PduType == PduType.Response)
        {
            Pending.Find(peek.Id)?.OnDatagram(peek, datagram, source);
        }
        else if (garbage.ShouldLook())
        {
            foreach (var exchange in Pending.Snapshot()) exchange.OnGarbage(source, datagram.Length);
        }
    }

    private bool DrainErrors(SocketError error)
    {
        var destination = new SocketAddress(socket.AddressFamily);
        var any = false;
        while (!disposed && take(socket, destination, out var quoted))
        {
            any = true;
            if (MessagePeek.TryRead(quoted, out var peek)) Pending.Find(peek.Id)?.OnUnreachable(peek.Id, destination, error);
        }

        return any;
    }
}
