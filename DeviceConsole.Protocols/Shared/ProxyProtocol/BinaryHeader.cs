using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace DeviceConsole.Protocols.Shared.ProxyProtocol;

/// <summary>Version 2 (§2.2): signature, version and command, family and transport, length, addresses, then type-length-values.</summary>
internal static class BinaryHeader
{
    private const int Fixed = 16;
    private const byte Local = 0x20, Proxy = 0x21, Checksum = 0x03;

    /// <summary>The transport of a connection (§2.2).</summary>
    public const int Stream = 1;

    /// <summary>The transport of a datagram (§2.2).</summary>
    public const int Datagram = 2;

    /// <summary>Reads the header; false where its end is not there yet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int transport, out ProxyHeader header, out int length)
    {
        (header, length) = (ProxyHeader.Unknown, 0);
        if (bytes.Length < Fixed) return false;
        if (bytes[12] is not (Local or Proxy)) throw new ProxyHeaderException($"The PROXY header is of version {bytes[12] >> 4} with command {bytes[12] & 15}; version 2 with LOCAL or PROXY is understood.");
        // Of a LOCAL header nothing but its length counts.
        if (bytes[12] == Proxy && (bytes[13] >> 4 > 3 || (bytes[13] & 15) > 2)) throw new ProxyHeaderException("The PROXY header names a family or transport that does not exist.");
        var rest = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (Fixed + rest > ProxyHeaderReader.MaximumBinary) throw new ProxyHeaderException($"The PROXY header is longer than {ProxyHeaderReader.MaximumBinary} bytes.");
        if (bytes.Length < Fixed + rest) return false;
        length = Fixed + rest;
        // With LOCAL the balancer speaks for itself, as a rule to see whether we are there.
        if (bytes[12] == Proxy) header = Parse(bytes[..length], transport);
        return true;
    }

    private static ProxyHeader Parse(ReadOnlySpan<byte> bytes, int transport)
    {
        var body = bytes[Fixed..];
        var size = (bytes[13] >> 4) switch { 1 => 12, 2 => 36, 3 => 216, _ => 0 };
        if (body.Length < size) throw new ProxyHeaderException("The PROXY header is shorter than its addresses.");
        if (size > 0) CheckValues(bytes, Fixed + size);
        // Addresses of another transport are none that this could come from: the peer stands for itself.
        if ((bytes[13] & 15) != transport) return ProxyHeader.Unknown;
        return (bytes[13] >> 4) switch
        {
            1 => new ProxyHeader(EndPoint(body[..4], body[8..]), EndPoint(body[4..8], body[10..])),
            2 => new ProxyHeader(EndPoint(body[..16], body[32..]), EndPoint(body[16..32], body[34..])),
            _ => ProxyHeader.Unknown,
        };
    }

    private static IPEndPoint EndPoint(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port) => new(new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(port));

    // Type (1), length (2), value. Their meaning is not used; a checksum that is there must be right (§2.2.3).
    private static void CheckValues(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length)
        {
            if (bytes.Length - at < 3) throw new ProxyHeaderException("The PROXY header ends in the middle of a value.");
            var size = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]);
            var value = at + 3;
            if (bytes.Length - value < size) throw new ProxyHeaderException("A value of the PROXY header is longer than the header.");
            if (bytes[at] == Checksum) CheckSum(bytes, value, size);
            at = value + size;
        }
    }

    private static void CheckSum(ReadOnlySpan<byte> bytes, int at, int size)
    {
        if (size != 4) throw new ProxyHeaderException("The checksum of the PROXY header has not four bytes.");
        var sum = 0xFFFF_FFFFu;
        for (var i = 0; i < bytes.Length; i++) sum = BitOperations.Crc32C(sum, i >= at && i < at + 4 ? (byte)0 : bytes[i]);
        if (~sum != BinaryPrimitives.ReadUInt32BigEndian(bytes[at..])) throw new ProxyHeaderException("The checksum of the PROXY header is wrong.");
    }
}
