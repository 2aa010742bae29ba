using System.Buffers.Binary;

namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>The head of a MessagePack value: what it is, and how long its body is.</summary>
/// <param name="Kind">What follows.</param>
/// <param name="Size">Bytes of the head.</param>
/// <param name="Length">Bytes of the body of a scalar, a text or bytes; items of an array; pairs of a map.</param>
internal readonly record struct MsgPackHead(MsgPackKind Kind, int Size, uint Length)
{
    /// <summary>Reads a head. False where the bytes end before it does.</summary>
    /// <exception cref="WrpDecodeException">The first byte starts nothing.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MsgPackHead head)
    {
        head = default;
        if (bytes.IsEmpty) return false;
        var first = bytes[0];
        if (TryShort(first, out head)) return true;
        var (kind, width, extra) = Long(first);
        if (bytes.Length < 1 + width) return false;
        var length = width switch
        {
            1 => bytes[1],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]),
        };
        if (length > uint.MaxValue - extra) throw new WrpDecodeException("A length is larger than any message.");
        head = new MsgPackHead(kind, 1 + width, length + extra);
        return true;
    }

    // Heads of one byte.
    private static bool TryShort(byte first, out MsgPackHead head)
    {
        head = first switch
        {
            < MsgPackFormat.FixMap or >= MsgPackFormat.NegativeFixInt => new(MsgPackKind.Integer, 1, 0),
            < MsgPackFormat.FixArray => new(MsgPackKind.Map, 1, first & 0x0fu),
            < MsgPackFormat.FixStr => new(MsgPackKind.Array, 1, first & 0x0fu),
            < MsgPackFormat.Nil => new(MsgPackKind.String, 1, first & 0x1fu),
            MsgPackFormat.Nil => new(MsgPackKind.Nil, 1, 0),
            MsgPackFormat.NeverUsed => throw new WrpDecodeException("The byte 0xc1 starts no value."),
            MsgPackFormat.False or MsgPackFormat.True => new(MsgPackKind.Boolean, 1, 0),
            MsgPackFormat.Float32 => new(MsgPackKind.Float, 1, 4),
            MsgPackFormat.Float64 => new(MsgPackKind.Float, 1, 8),
            >= MsgPackFormat.UInt8 and <= MsgPackFormat.UInt64 => new(MsgPackKind.Integer, 1, 1u << (first - MsgPackFormat.UInt8)),
            >= MsgPackFormat.Int8 and <= MsgPackFormat.Int64 => new(MsgPackKind.Integer, 1, 1u << (first - MsgPackFormat.Int8)),
            // One byte of type stands before the data.
            >= MsgPackFormat.FixExt1 and <= MsgPackFormat.FixExt16 => new(MsgPackKind.Extension, 1, 1 + (1u << (first - MsgPackFormat.FixExt1))),
            _ => default,
        };
        return head.Size > 0;
    }

    private static (MsgPackKind Kind, int Width, uint Extra) Long(byte first) => first switch
    {
        MsgPackFormat.Bin8 => (MsgPackKind.Binary, 1, 0),
        MsgPackFormat.Bin16 => (MsgPackKind.Binary, 2, 0),
        MsgPackFormat.Bin32 => (MsgPackKind.Binary, 4, 0),
        MsgPackFormat.Ext8 => (MsgPackKind.Extension, 1, 1),
        MsgPackFormat.Ext16 => (MsgPackKind.Extension, 2, 1),
        MsgPackFormat.Ext32 => (MsgPackKind.Extension, 4, 1),
        MsgPackFormat.Str8 => (MsgPackKind.String, 1, 0),
        MsgPackFormat.Str16 => (MsgPackKind.String, 2, 0),
        MsgPackFormat.Str32 => (MsgPackKind.String, 4, 0),
        MsgPackFormat.Array16 => (MsgPackKind.Array, 2, 0),
        MsgPackFormat.Array32 => (MsgPackKind.Array, 4, 0),
        MsgPackFormat.Map16 => (MsgPackKind.Map, 2, 0),
        _ => (MsgPackKind.Map, 4, 0),
    };
}
