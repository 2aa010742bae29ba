using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>Writes MessagePack values in their shortest form.</summary>
public readonly struct MsgPackWriter(IBufferWriter<byte> output)
{
    /// <summary>Begins a map of so many pairs.</summary>
    public void MapHeader(int pairs) => Head(pairs, MsgPackFormat.FixMap, 15, 0, MsgPackFormat.Map16, MsgPackFormat.Map32);

    /// <summary>Begins an array of so many items.</summary>
    public void ArrayHeader(int items) => Head(items, MsgPackFormat.FixArray, 15, 0, MsgPackFormat.Array16, MsgPackFormat.Array32);

    /// <summary>Text as UTF-8.</summary>
    public void String(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Head(length, MsgPackFormat.FixStr, 31, MsgPackFormat.Str8, MsgPackFormat.Str16, MsgPackFormat.Str32);
        Encoding.UTF8.GetBytes(text, output.GetSpan(length)[..length]);
        output.Advance(length);
    }

    /// <summary>Bytes.</summary>
    public void Binary(ReadOnlySpan<byte> bytes)
    {
        Head(bytes.Length, 0, -1, MsgPackFormat.Bin8, MsgPackFormat.Bin16, MsgPackFormat.Bin32);
        output.Write(bytes);
    }

    /// <summary>A whole number.</summary>
    public void Integer(long value)
    {
        switch (value)
        {
            case >= -32 and < 128:
                Byte(unchecked((byte)value));
                break;
            case >= 0 and <= byte.MaxValue:
                Sized(MsgPackFormat.UInt8, 1, value);
                break;
            case >= 0 and <= ushort.MaxValue:
                Sized(MsgPackFormat.UInt16, 2, value);
                break;
            case >= 0 and <= uint.MaxValue:
                Sized(MsgPackFormat.UInt32, 4, value);
                break;
            case >= 0:
                Sized(MsgPackFormat.UInt64, 8, value);
                break;
            case >= sbyte.MinValue:
                Sized(MsgPackFormat.Int8, 1, value);
                break;
            case >= short.MinValue:
                Sized(MsgPackFormat.Int16, 2, value);
                break;
            case >= int.MinValue:
                Sized(MsgPackFormat.Int32, 4, value);
                break;
            default:
                Sized(MsgPackFormat.Int64, 8, value);
                break;
        }
    }

    // A short form holds up to shortest in its first byte; eight is 0 where there is no form with one byte of length.
    private void Head(int length, byte shortForm, int shortest, byte eight, byte sixteen, byte thirtyTwo)
    {
        if (length <= shortest) Byte((byte)(shortForm | length));
        else if (length <= byte.MaxValue && eight != 0) Sized(eight, 1, length);
        else if (length <= ushort.MaxValue) Sized(sixteen, 2, length);
        else Sized(thirtyTwo, 4, length);
    }

    private void Sized(byte format, int width, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        Byte(format);
        output.Write(bytes[(8 - width)..]);
    }

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
