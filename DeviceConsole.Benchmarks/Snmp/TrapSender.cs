using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>SNMPv2c traps (linkDown with two variables) from many addresses of the loopback network, at an even pace.</summary>
internal sealed class TrapSender : IDisposable
{
    /// <summary>How many addresses send.</summary>
    public const int Sources = 100;

    private readonly Socket[] sockets = [.. Enumerable.Range(0, Sources).Select(Open)];
    private readonly byte[] message;
    private readonly int requestId;
    private int sent;

    public TrapSender(string community)
    {
        // Four octets, so that every number fits without another length.
        byte[] id = Tlv(0x02, [0x11, 0x22, 0x33, 0x44]);
        byte[] list = Tlv(0x30, VarBind([0x2b, 6, 1, 2, 1, 1, 3, 0], Tlv(0x43, [1, 0])),
            VarBind([0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0], Tlv(0x06, [0x2b, 6, 1, 6, 3, 1, 1, 5, 3])),
            VarBind([0x2b, 6, 1, 2, 1, 2, 2, 1, 1, 3], Tlv(0x02, [3])),
            VarBind([0x2b, 6, 1, 2, 1, 2, 2, 1, 2, 3], Tlv(0x04, "GigabitEthernet0/3"u8.ToArray())));
        message = Tlv(0x30, Tlv(0x02, [1]), Tlv(0x04, System.Text.Encoding.ASCII.GetBytes(community)), Tlv(0xa7, id, Tlv(0x02, [0]), Tlv(0x02, [0]), list));
        requestId = message.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x11, 0x22, 0x33, 0x44]);
    }

    /// <summary>The address of a source, from 0.</summary>
    public static IPAddress AddressOf(int source) => new([127, 0, 61, (byte)(source + 1)]);

    /// <summary>Sends so many a second; how many were sent, and in which time.</summary>
    public (int Sent, TimeSpan Elapsed) Send(IPEndPoint to, int perSecond, double seconds)
    {
        var address = to.Serialize();
        var all = (int)(perSecond * seconds);
        var clock = Stopwatch.StartNew();
        for (var n = 0; n < all;)
        {
            var due = Math.Min(all, (int)(clock.Elapsed.TotalSeconds * perSecond) + 1);
            if (due <= n)
            {
                // Less than a millisecond to wait: the clock is asked again.
                Thread.Yield();
                continue;
            }
            for (; n < due; n++)
            {
                BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(requestId), 0x01000000 + ++sent);
                sockets[n % Sources].SendTo(message, SocketFlags.None, address);
            }
        }
        return (all, clock.Elapsed);
    }

    public void Dispose() => Array.ForEach(sockets, s => s.Dispose());

    private static Socket Open(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(AddressOf(number), 0));
        return socket;
    }

    private static byte[] VarBind(byte[] name, byte[] value) => Tlv(0x30, Tlv(0x06, name), value);

    // RFC 3417 §8: BER; nothing here is longer than 255 octets.
    private static byte[] Tlv(byte tag, params byte[][] content)
    {
        var body = content.SelectMany(c => c).ToArray();
        return body.Length < 128 ? [tag, (byte)body.Length, .. body] : [tag, 0x81, (byte)body.Length, .. body];
    }
}
