namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>
/// Writes BER from the end of a buffer to its start, so that every length is known when its header is written and nothing moves.
/// Definite lengths in their shortest form. Allocates nothing.
/// </summary>
public ref struct BerWriter
{
    private readonly Span<byte> buffer;
    private int position;

    /// <summary>Writes into <paramref name="buffer"/>.</summary>
    public BerWriter(Span<byte> buffer)
    {
        this.buffer = buffer;
        position = buffer.Length;
    }

    /// <summary>How many bytes were written.</summary>
    public readonly int Length => buffer.Length - position;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => buffer[position..];

    /// <summary>An INTEGER in its shortest form.</summary>
    public void WriteInteger(long value)
    {
        Span<byte> content = stackalloc byte[9];
        var length = BerInteger.WriteBackwards(content, value);
        WriteElement((byte)SnmpType.Integer32, content[^length..]);
    }

    /// <summary>A primitive element.</summary>
    public void WriteElement(byte tag, scoped ReadOnlySpan<byte> content)
    {
        content.CopyTo(Reserve(content.Length));
        WriteHeader(tag, content.Length);
    }

    /// <summary>Wraps everything written since <see cref="Length"/> was <paramref name="since"/>.</summary>
    public void Wrap(byte tag, int since) => WriteHeader(tag, Length - since);

    private void WriteHeader(byte tag, int length)
    {
        if (length < 0x80)
        {
            var head = Reserve(2);
            head[1] = (byte)length;
            head[0] = tag;
            return;
        }

        var octets = length <= 0xff ? 1 : length <= 0xffff ? 2 : 3;
        var target = Reserve(octets + 2);
        for (var i = octets + 1; i > 1; i--)
        {
            target[i] = (byte)length;
            length >>= 8;
        }

        target[1] = (byte)(0x80 | octets);
        target[0] = tag;
    }

    private Span<byte> Reserve(int length)
    {
        if (length > position) throw new ArgumentException($"The message needs more than the {buffer.Length} bytes of its buffer.");
        position -= length;
        return buffer.Slice(position, length);
    }
}
