using System.Buffers.Binary;
using System.Text;

namespace DeviceConsole.Protocols.Usp.Wire;

/// <summary>
/// Writes protocol buffers version 3 in their canonical form: fields in the order of the calls, default values left out, lengths as
/// short as they can be.
/// </summary>
internal sealed class ProtoWriter(int capacity = 256)
{
    private byte[] buffer = new byte[capacity];
    private int length;

    /// <summary>What was written.</summary>
    public byte[] ToArray() => buffer.AsSpan(0, length).ToArray();

    /// <summary>A text; left out where it is empty.</summary>
    public void Text(int field, string value)
    {
        if (value.Length > 0) Element(field, value);
    }

    /// <summary>Every text of a list, the empty ones too.</summary>
    public void Texts(int field, IReadOnlyList<string> values)
    {
        foreach (var value in values) Element(field, value);
    }

    /// <summary>Bytes; left out where there are none.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (value.Length > 0) Element(field, value);
    }

    /// <summary>Bytes, whatever their number.</summary>
    public void Element(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, 2);
        Varint((ulong)value.Length);
        Reserve(value.Length);
        value.CopyTo(buffer.AsSpan(length));
        length += value.Length;
    }

    /// <summary>A number of fixed length; left out where it is 0.</summary>
    public void Number32(int field, uint value)
    {
        if (value == 0) return;
        Tag(field, 5);
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(length), value);
        length += 4;
    }

    /// <summary>A number of variable length; left out where it is 0.</summary>
    public void Number64(int field, ulong value)
    {
        if (value == 0) return;
        Tag(field, 0);
        Varint(value);
    }

    /// <summary>An enumeration's value; left out where it is 0.</summary>
    public void Enumeration(int field, int value) => Number64(field, unchecked((ulong)value));

    /// <summary>A flag; left out where it is false.</summary>
    public void Flag(int field, bool value) => Number64(field, value ? 1UL : 0);

    /// <summary>A map from text to text, in its own order.</summary>
    public void Map(int field, IReadOnlyDictionary<string, string> map)
    {
        foreach (var (key, value) in map)
        {
            var mark = Begin(field);
            Text(1, key);
            Text(2, value);
            End(mark);
        }
    }

    /// <summary>A message inside this one, the empty one too.</summary>
    public void Message(int field, IProtoMessage message)
    {
        var mark = Begin(field);
        message.Write(this);
        End(mark);
    }

    /// <summary>Every message of a list.</summary>
    public void Messages<T>(int field, IReadOnlyList<T> messages) where T : IProtoMessage
    {
        foreach (var message in messages) Message(field, message);
    }

    /// <summary>Begins a message inside this one; give the result to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Tag(field, 2);
        Reserve(1);
        return ++length;
    }

    /// <summary>Ends it: its length goes before it, for which longer messages move.</summary>
    public void End(int mark)
    {
        var size = length - mark;
        var octets = 1;
        for (var rest = size >> 7; rest > 0; rest >>= 7) octets++;
        if (octets > 1)
        {
            Reserve(octets - 1);
            buffer.AsSpan(mark, size).CopyTo(buffer.AsSpan(mark + octets - 1));
        }
        length = mark - 1;
        Varint((ulong)size);
        length += size;
    }

    private void Element(int field, string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        Tag(field, 2);
        Varint((ulong)size);
        Reserve(size);
        length += Encoding.UTF8.GetBytes(value, buffer.AsSpan(length));
    }

    private void Tag(int field, int wireType) => Varint((ulong)(((uint)field << 3) | (uint)wireType));

    private void Varint(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            buffer[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        buffer[length++] = (byte)value;
    }

    private void Reserve(int more)
    {
        if (buffer.Length - length < more) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + more));
    }
}
