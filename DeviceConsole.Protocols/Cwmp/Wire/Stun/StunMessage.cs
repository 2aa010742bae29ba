using System.Buffers.Binary;
using System.Net;

namespace DeviceConsole.Protocols.Cwmp.Wire.Stun;

/// <summary>One attribute of a STUN message (RFC 3489 §11.2).</summary>
/// <param name="Type">For example 0x0001 MAPPED-ADDRESS.</param>
/// <param name="Value">Its bytes, without padding.</param>
public sealed record StunAttribute(ushort Type, byte[] Value);

/// <summary>
/// A message of classic STUN (RFC 3489 §11.1), as TR-069 Annex G uses it: type, 16 bytes of transaction id, attributes. The first four of those bytes
/// are the magic cookie where the client is one of RFC 5389.
/// </summary>
/// <param name="Type">0x0001 Binding Request, 0x0101 Binding Response, 0x0111 Binding Error Response.</param>
/// <param name="TransactionId">16 bytes.</param>
/// <param name="Attributes">In their order.</param>
public sealed record StunMessage(ushort Type, byte[] TransactionId, IReadOnlyList<StunAttribute> Attributes)
{
    public const ushort BindingRequest = 0x0001;
    public const ushort BindingResponse = 0x0101;
    public const ushort MappedAddress = 0x0001;
    public const ushort ResponseAddress = 0x0002;
    public const ushort ChangeRequest = 0x0003;
    public const ushort SourceAddress = 0x0004;
    public const ushort Username = 0x0006;
    public const ushort XorMappedAddress = 0x0020;

    /// <summary>TR-069 G.2.1.3: the binding at which the device listens for connection requests.</summary>
    public const ushort ConnectionRequestBinding = 0xC001;

    /// <summary>TR-069 G.2.1.3: the binding has changed.</summary>
    public const ushort BindingChange = 0xC002;

    /// <summary>RFC 5389 §6.</summary>
    public const uint MagicCookie = 0x2112A442;

    private const int Header = 20;
    private const int MaximumAttributes = 32;

    /// <summary>What stands in CONNECTION-REQUEST-BINDING (G.2.1.3).</summary>
    public static ReadOnlySpan<byte> BindingText => "dslforum.org/TR-111 "u8;

    /// <summary>Reads a datagram; null where it is no STUN message: lengths that do not fit, or the two highest bits set.</summary>
    public static StunMessage? Read(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < Header || (datagram[0] & 0xC0) != 0) return null;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length != datagram.Length - Header) return null;
        var attributes = new List<StunAttribute>();
        var rest = datagram[Header..];
        while (!rest.IsEmpty)
        {
            if (rest.Length < 4 || attributes.Count == MaximumAttributes) return null;
            var size = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (size > rest.Length - 4) return null;
            attributes.Add(new StunAttribute(BinaryPrimitives.ReadUInt16BigEndian(rest), rest.Slice(4, size).ToArray()));
            // RFC 3489 wants whole words; RFC 5389 pads and does not count it. A last one may go without.
            rest = rest[Math.Min(rest.Length, 4 + ((size + 3) & ~3))..];
        }
        return new StunMessage(BinaryPrimitives.ReadUInt16BigEndian(datagram), datagram.Slice(4, 16).ToArray(), attributes);
    }

    /// <summary>The datagram.</summary>
    public byte[] Write()
    {
        var datagram = new byte[Header + Attributes.Sum(a => 4 + ((a.Value.Length + 3) & ~3))];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, Type);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)(datagram.Length - Header));
        TransactionId.CopyTo(datagram, 4);
        var at = Header;
        foreach (var (type, value) in Attributes)
        {
            BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(at), type);
            BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(at + 2), (ushort)value.Length);
            value.CopyTo(datagram, at + 4);
            at += 4 + ((value.Length + 3) & ~3);
        }
        return datagram;
    }

    /// <summary>An attribute's bytes, or null.</summary>
    public byte[]? Find(ushort type) => Attributes.FirstOrDefault(a => a.Type == type)?.Value;

    /// <summary>An address as an attribute (RFC 3489 §11.2.1); <paramref name="key"/>, 16 bytes, for XOR-MAPPED-ADDRESS (RFC 5389 §15.2).</summary>
    public static StunAttribute Address(ushort type, IPEndPoint endPoint, ReadOnlySpan<byte> key = default)
    {
        var address = (endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address).GetAddressBytes();
        var value = new byte[4 + address.Length];
        value[1] = (byte)(address.Length == 4 ? 1 : 2);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(2), (ushort)endPoint.Port);
        address.CopyTo(value, 4);
        if (!key.IsEmpty) Mix(value, key);
        return new StunAttribute(type, value);
    }

    /// <summary>The address in an attribute's bytes; null where it is none.</summary>
    public static IPEndPoint? ReadAddress(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key = default)
    {
        if (value.Length is not (8 or 20) || value[1] != (value.Length == 8 ? 1 : 2)) return null;
        var copy = value.ToArray();
        if (!key.IsEmpty) Mix(copy, key);
        return new IPEndPoint(new IPAddress(copy.AsSpan(4)), BinaryPrimitives.ReadUInt16BigEndian(copy.AsSpan(2)));
    }

    private static void Mix(Span<byte> value, ReadOnlySpan<byte> key)
    {
        value[2] ^= key[0];
        value[3] ^= key[1];
        for (var i = 4; i < value.Length; i++) value[i] ^= key[i - 4];
    }
}
