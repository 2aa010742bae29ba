using System.Buffers;

namespace DeviceConsole.Protocols.Shared.ProxyProtocol;

/// <summary>Reads the header of the PROXY protocol, versions 1 and 2 (HAProxy, "The PROXY protocol", §2).</summary>
public static class ProxyHeaderReader
{
    /// <summary>The longest line of version 1, its line end included (§2.1).</summary>
    public const int MaximumLine = 107;

    /// <summary>The longest header of version 2 that is taken; with TLS details of a balancer some hundred bytes are usual.</summary>
    public const int MaximumBinary = 16 + 4_096;

    /// <summary>The first bytes of version 2.</summary>
    internal static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> Word => "PROXY "u8;

    /// <summary>Tells a header from anything else.</summary>
    public static ProxyHeaderLook Look(ReadOnlySequence<byte> bytes)
    {
        Span<byte> first = stackalloc byte[Signature.Length];
        var length = (int)Math.Min(bytes.Length, first.Length);
        bytes.Slice(0, length).CopyTo(first);
        return Best(Look(first[..length], Signature), Look(first[..length], Word));
    }

    /// <summary>
    /// Reads one header from the beginning. False: there is not enough yet, and nothing is consumed.
    /// Throws <see cref="ProxyHeaderException"/> for what can become no header any more.
    /// </summary>
    /// <param name="bytes">The connection's bytes.</param>
    /// <param name="header">What it says.</param>
    /// <param name="consumed">Where the connection's own bytes begin.</param>
    public static bool TryRead(ReadOnlySequence<byte> bytes, out ProxyHeader header, out SequencePosition consumed)
    {
        (header, consumed) = (ProxyHeader.Unknown, bytes.Start);
        switch (Look(bytes))
        {
            case ProxyHeaderLook.Other:
                throw new ProxyHeaderException("The connection does not begin with a PROXY header.");
            case ProxyHeaderLook.Maybe:
                return false;
        }
        var head = bytes.Slice(0, Math.Min(bytes.Length, MaximumBinary)).ToArray().AsSpan();
        if (!(head[0] == Word[0] ? TextHeader.TryRead(head, out header, out var length) : BinaryHeader.TryRead(head, BinaryHeader.Stream, out header, out length))) return false;
        consumed = bytes.GetPosition(length);
        return true;
    }

    /// <summary>
    /// Reads the header of version 2 that a datagram begins with. False: it begins with none; version 1 is for connections only.
    /// Throws <see cref="ProxyHeaderException"/> for a header that is wrong or not whole.
    /// </summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="header">What it says.</param>
    /// <param name="length">Where the datagram's own bytes begin.</param>
    public static bool TryReadDatagram(ReadOnlySpan<byte> datagram, out ProxyHeader header, out int length)
    {
        (header, length) = (ProxyHeader.Unknown, 0);
        if (!datagram.StartsWith(Signature)) return false;
        return BinaryHeader.TryRead(datagram, BinaryHeader.Datagram, out header, out length) ? true : throw new ProxyHeaderException("The PROXY header of the datagram is not whole.");
    }

    private static ProxyHeaderLook Look(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> wanted) =>
        bytes.StartsWith(wanted) ? ProxyHeaderLook.Header : wanted.StartsWith(bytes) ? ProxyHeaderLook.Maybe : ProxyHeaderLook.Other;

    private static ProxyHeaderLook Best(ProxyHeaderLook left, ProxyHeaderLook right) => left > right ? left : right;
}
