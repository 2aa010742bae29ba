namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>
/// Reads BER (X.690 as RFC 3417 §8 restricts it) from a window of a span. Every length is checked against the enclosing
/// element before a byte of the content is touched. Long-form lengths with leading zeros are accepted, indefinite ones are not.
/// </summary>
public ref struct BerReader
{
    /// <summary>The longest element that is read: no SNMP message over UDP is longer.</summary>
    public const int MaximumLength = 65_535;

    private readonly ReadOnlySpan<byte> data;
    private readonly int end;
    private int position;

    /// <summary>Reads all of <paramref name="data"/>.</summary>
    public BerReader(ReadOnlySpan<byte> data) : this(data, 0, data.Length) { }

    private BerReader(ReadOnlySpan<byte> data, int start, int end)
    {
        this.data = data;
        position = start;
        this.end = end;
    }

    /// <summary>Reads a part of <paramref name="data"/>; positions count from its start.</summary>
    public static BerReader Within(ReadOnlySpan<byte> data, Range window)
    {
        var (start, length) = window.GetOffsetAndLength(data.Length);
        return new BerReader(data, start, start + length);
    }

    /// <summary>Where the next element begins, counted from the start of the whole span.</summary>
    public readonly int Position => position;

    /// <summary>True where the window has no more elements.</summary>
    public readonly bool AtEnd => position >= end;

    /// <summary>The next element's tag without consuming it.</summary>
    public readonly byte PeekTag() => position < end ? data[position] : throw Truncated(position);

    /// <summary>
    /// The length of the element at the start of <paramref name="data"/>, header included.
    /// False where the header or the content is not all there yet; invalid headers throw.
    /// </summary>
    /// <exception cref="SnmpDecodeException">Another tag, an indefinite length, or one over <see cref="MaximumLength"/>.</exception>
    public static bool TryReadElementLength(ReadOnlySpan<byte> data, byte tag, out int total)
    {
        total = 0;
        if (data.IsEmpty) return false;
        if (data[0] != tag) throw new SnmpDecodeException($"The message starts with tag 0x{data[0]:x2} where 0x{tag:x2} is expected.");
        if (!TryReadLength(data, 1, data.Length, out var length, out var next)) return false;
        if (length > data.Length - next) return false;
        total = next + length;
        return true;
    }

    /// <summary>Enters an element: its content becomes the returned reader's window, and this reader stands behind it.</summary>
    public BerReader ReadConstructed(byte tag)
    {
        var length = ReadHeader(tag);
        var inner = new BerReader(data, position, position + length);
        position += length;
        return inner;
    }

    /// <summary>Consumes an element and returns its content.</summary>
    public ReadOnlySpan<byte> ReadContent(byte tag)
    {
        var length = ReadHeader(tag);
        var content = data.Slice(position, length);
        position += length;
        return content;
    }

    /// <summary>Consumes an element of any tag; the content lies at <paramref name="start"/> of the whole span.</summary>
    public byte ReadAny(out int start, out int length)
    {
        if (position >= end) throw Truncated(position);
        var tag = data[position];
        length = ReadHeader(tag);
        start = position;
        position += length;
        return tag;
    }

    /// <summary>An INTEGER of 32 bits. A zero-length one is 0, and redundant leading octets are accepted, as agents send both.</summary>
    public int ReadInt32()
    {
        var at = position;
        var value = BerInteger.ToInt64(ReadContent((byte)SnmpType.Integer32));
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new SnmpDecodeException($"The INTEGER at byte {at} does not fit 32 bits.");
    }

    /// <summary>Throws where the window holds more elements than it should.</summary>
    public readonly void ExpectEnd()
    {
        if (position < end) throw new SnmpDecodeException($"{end - position} bytes too many at byte {position}.");
    }

    private int ReadHeader(byte tag)
    {
        if (position >= end) throw Truncated(position);
        if (data[position] != tag)
            throw new SnmpDecodeException($"Tag 0x{data[position]:x2} at byte {position} where 0x{tag:x2} is expected.");
        if (!TryReadLength(data, position + 1, end, out var length, out var next) || length > end - next) throw Truncated(position);
        position = next;
        return length;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> data, int at, int end, out int length, out int next)
    {
        length = 0;
        next = at;
        if (at >= end) return false;
        var first = data[at++];
        if (first < 0x80)
        {
            length = first;
            next = at;
            return true;
        }

        var octets = first & 0x7f;
        if (octets is 0 or > 4) throw new SnmpDecodeException($"Length form 0x{first:x2} at byte {at - 1} is not one that SNMP uses.");
        long value = 0;
        for (var i = 0; i < octets; i++)
        {
            if (at >= end) return false;
            value = (value << 8) | data[at++];
        }

        if (value > MaximumLength) throw new SnmpDecodeException($"An element of {value} bytes is longer than any SNMP message.");
        length = (int)value;
        next = at;
        return true;
    }

    private static SnmpDecodeException Truncated(int at) => new($"The element at byte {at} reaches past its enclosing element.");
}
