using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>Compares socket addresses by what identifies a peer: address, port, and the zone of link-local IPv6.</summary>
internal static class EndPointKey
{
    // struct sockaddr_in: family 0-1, port 2-3, address 4-7. struct sockaddr_in6: family, port 2-3, flow 4-7, address 8-23, scope 24-27.
    public static bool IsSamePeer(SocketAddress left, SocketAddress right)
    {
        if (left.Family != right.Family) return false;
        var a = left.Buffer.Span[..left.Size];
        var b = right.Buffer.Span[..right.Size];
        if (left.Family == AddressFamily.InterNetwork)
            return a.Length >= 8 && b.Length >= 8 && a[2..8].SequenceEqual(b[2..8]);
        return a.Length >= 28 && b.Length >= 28
            && a[2..4].SequenceEqual(b[2..4]) && a[8..24].SequenceEqual(b[8..24])
            && (!IsLinkLocal(a) || a[24..28].SequenceEqual(b[24..28]));
    }

    private static bool IsLinkLocal(ReadOnlySpan<byte> address) => (BinaryPrimitives.ReadUInt16BigEndian(address[8..]) & 0xffc0) == 0xfe80;
}
