using System.Buffers.Binary;
using System.Text;

namespace DeviceConsole.Protocols.Usp.Wire;

/// <summary>
/// Reads the fields of one protocol buffer. Lengths are checked before anything is read; what breaks the encoding throws
/// <see cref="UspDecodeException"/>. Unknown fields are skipped, groups (which version 3 does not have) are refused.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> data, ProtoBudget budget)
{
    private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> data = data;
    private readonly ProtoBudget budget = budget;
    private int position;
    private int wireType;

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next(out int field)
    {
        field = 0;
        if (position == data.Length) return false;
        budget.Take();
        var tag = ReadVarint();
        if (tag > uint.MaxValue || tag >> 3 == 0) throw new UspDecodeException("A field has no valid number.");
        field = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return true;
    }

    /// <summary>A text, UTF-8.</summary>
    public string Text()
    {
        try
        {
            var bytes = Bytes();
            return bytes.Length == 0 ? "" : Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new UspDecodeException("A text is not UTF-8.", e);
        }
    }

    /// <summary>Bytes, still in the input.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        Expect(Delimited);
        var length = ReadVarint();
        if (length > (ulong)(data.Length - position)) throw new UspDecodeException("A field is longer than the message that holds it.");
        var bytes = data.Slice(position, (int)length);
        position += (int)length;
        return bytes;
    }

    /// <summary>A message inside this one.</summary>
    public ProtoReader Message() => new(Bytes(), budget);

    /// <summary>An unsigned number of 32 bits and fixed length.</summary>
    public uint Number32()
    {
        Expect(Fixed32);
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    /// <summary>An unsigned number of variable length.</summary>
    public ulong Number64()
    {
        Expect(Varint);
        return ReadVarint();
    }

    /// <summary>An enumeration's value; unknown ones are kept, as version 3 asks.</summary>
    public int Enumeration() => unchecked((int)Number64());

    /// <summary>Yes or no.</summary>
    public bool Flag() => Number64() != 0;

    /// <summary>An entry of a map from text to text, put into <paramref name="map"/>; the last one of a key counts.</summary>
    public void Entry(ref Dictionary<string, string>? map)
    {
        string key = "", value = "";
        var entry = Message();
        while (entry.Next(out var field))
        {
            if (field == 1) key = entry.Text();
            else if (field == 2) value = entry.Text();
            else entry.Skip();
        }
        (map ??= new Dictionary<string, string>(StringComparer.Ordinal))[key] = value;
    }

    /// <summary>Passes over the field.</summary>
    public void Skip()
    {
        switch (wireType)
        {
            case Varint: ReadVarint(); break;
            case Fixed64: Take(8); break;
            case Delimited: Bytes(); break;
            case Fixed32: Take(4); break;
            default: throw new UspDecodeException($"A field has the wire type {wireType}, which protocol buffers version 3 does not have.");
        }
    }

    private readonly void Expect(int type)
    {
        if (wireType != type) throw new UspDecodeException($"A field has the wire type {wireType} where {type} is due.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (data.Length - position < length) throw new UspDecodeException("The message ends in the middle of a number.");
        var bytes = data.Slice(position, length);
        position += length;
        return bytes;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (position == data.Length) throw new UspDecodeException("The message ends in the middle of a number.");
            var octet = data[position++];
            if (shift == 63 && octet > 1) break;
            value |= (ulong)(octet & 0x7f) << shift;
            if (octet < 0x80) return value;
        }
        throw new UspDecodeException("A number has more than 64 bits.");
    }
}
