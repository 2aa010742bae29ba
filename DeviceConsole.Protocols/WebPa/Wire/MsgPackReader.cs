using System.Buffers.Binary;
using System.Text;

namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>
/// Reads MessagePack values from bytes that <see cref="TryMeasure"/> found whole. Every length is checked before it is used;
/// whatever does not fit throws <see cref="WrpDecodeException"/>.
/// </summary>
public ref struct MsgPackReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaximumDepth = 16;

    /// <summary>The most items of one array or pairs of one map.</summary>
    public const int MaximumItems = 65_536;

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>What the next value is.</summary>
    public readonly MsgPackKind Next => MsgPackHead.TryRead(rest, out var head) ? head.Kind : throw Short();

    /// <summary>
    /// The length of the value that the bytes begin with. False where they end before it does; its cost is linear in the bytes that are there.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="maximum">The longest value that is accepted, in bytes.</param>
    /// <param name="length">The value's length.</param>
    /// <exception cref="WrpDecodeException">No bytes that follow can make a valid value of it.</exception>
    public static bool TryMeasure(ReadOnlySpan<byte> bytes, int maximum, out int length)
    {
        length = 0;
        Span<uint> open = stackalloc uint[MaximumDepth];
        var depth = 0;
        var at = 0;
        do
        {
            if (!MsgPackHead.TryRead(bytes[at..], out var head)) return false;
            at += head.Size;
            if (depth > 0) open[depth - 1]--;
            var container = head.Kind is MsgPackKind.Array or MsgPackKind.Map;
            if (container && head.Length > MaximumItems) throw new WrpDecodeException($"A list or map has {head.Length} items; {MaximumItems} are the most.");
            if (!container && head.Length > (uint)(maximum - Math.Min(at, maximum))) throw new WrpDecodeException($"A value reaches beyond {maximum} bytes.");
            if (container && head.Length > 0)
            {
                if (depth == MaximumDepth) throw new WrpDecodeException($"Values are nested deeper than {MaximumDepth}.");
                open[depth++] = head.Kind == MsgPackKind.Map ? head.Length * 2 : head.Length;
            }
            else if (!container)
            {
                if ((uint)(bytes.Length - at) < head.Length) return false;
                at += (int)head.Length;
            }
            while (depth > 0 && open[depth - 1] == 0) depth--;
            if (at > maximum) throw new WrpDecodeException($"The message is longer than {maximum} bytes.");
        }
        while (depth > 0);
        length = at;
        return true;
    }

    /// <summary>Pairs of the map that begins here.</summary>
    public int ReadMapHeader() => (int)Take(MsgPackKind.Map).Length;

    /// <summary>Items of the array that begins here.</summary>
    public int ReadArrayHeader() => (int)Take(MsgPackKind.Array).Length;

    /// <summary>Text; bytes that are no UTF-8 become U+FFFD.</summary>
    public string ReadString() => Encoding.UTF8.GetString(Body(Take(MsgPackKind.String)));

    /// <summary>Text or bytes, as bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes() => Body(Take(Next == MsgPackKind.String ? MsgPackKind.String : MsgPackKind.Binary));

    /// <summary>A whole number of any width; one that no signed 64 bits hold is refused.</summary>
    public long ReadInteger()
    {
        var first = rest.IsEmpty ? (byte)0 : rest[0];
        var body = Body(Take(MsgPackKind.Integer));
        return first switch
        {
            < MsgPackFormat.FixMap => first,
            >= MsgPackFormat.NegativeFixInt => (sbyte)first,
            MsgPackFormat.UInt8 => body[0],
            MsgPackFormat.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(body),
            MsgPackFormat.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(body),
            MsgPackFormat.UInt64 when body[0] < 0x80 => BinaryPrimitives.ReadInt64BigEndian(body),
            MsgPackFormat.Int8 => (sbyte)body[0],
            MsgPackFormat.Int16 => BinaryPrimitives.ReadInt16BigEndian(body),
            MsgPackFormat.Int32 => BinaryPrimitives.ReadInt32BigEndian(body),
            MsgPackFormat.Int64 => BinaryPrimitives.ReadInt64BigEndian(body),
            _ => throw new WrpDecodeException("A whole number is larger than 64 bits hold."),
        };
    }

    /// <summary>Passes over the next value with all that it holds.</summary>
    public void Skip()
    {
        if (!TryMeasure(rest, int.MaxValue, out var length)) throw Short();
        rest = rest[length..];
    }

    private MsgPackHead Take(MsgPackKind kind)
    {
        if (!MsgPackHead.TryRead(rest, out var head)) throw Short();
        if (head.Kind != kind) throw new WrpDecodeException($"A value is {head.Kind} where {kind} belongs.");
        rest = rest[head.Size..];
        return head;
    }

    private ReadOnlySpan<byte> Body(MsgPackHead head)
    {
        if (head.Length > (uint)rest.Length) throw Short();
        var body = rest[..(int)head.Length];
        rest = rest[(int)head.Length..];
        return body;
    }

    private static WrpDecodeException Short() => new("A value is shorter than its head says.");
}
