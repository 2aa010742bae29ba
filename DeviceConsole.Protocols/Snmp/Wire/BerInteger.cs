using System.Buffers.Binary;

namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>The content octets of integers, read as agents in the field write them.</summary>
internal static class BerInteger
{
    /// <summary>
    /// A signed integer. Empty is 0; more than eight octets are accepted only where the rest is sign.
    /// </summary>
    /// <exception cref="SnmpDecodeException">It does not fit 64 bits.</exception>
    public static long ToInt64(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) return 0;
        var negative = (content[0] & 0x80) != 0;
        while (content.Length > 8)
        {
            if (content[0] != (negative ? 0xff : 0x00) || (content[1] & 0x80) != 0 != negative)
                throw new SnmpDecodeException("An INTEGER does not fit 64 bits.");
            content = content[1..];
        }

        long value = negative ? -1 : 0;
        foreach (var octet in content) value = (value << 8) | octet;
        return value;
    }

    /// <summary>
    /// An unsigned integer of 32 bits (Counter32, Gauge32, TimeTicks): five octets with a leading zero, or, from agents that forget
    /// the zero, up to four with the top bit set, which stand for their two's complement as in Net-SNMP.
    /// </summary>
    /// <exception cref="SnmpDecodeException">It does not fit 32 bits.</exception>
    public static uint ToUInt32(ReadOnlySpan<byte> content)
    {
        var value = ToInt64(content);
        return value is >= int.MinValue and <= uint.MaxValue
            ? unchecked((uint)value)
            : throw new SnmpDecodeException("An unsigned value does not fit 32 bits.");
    }

    /// <summary>An unsigned integer of 64 bits (Counter64): nine octets with a leading zero, or up to eight.</summary>
    /// <exception cref="SnmpDecodeException">It does not fit 64 bits.</exception>
    public static ulong ToUInt64(ReadOnlySpan<byte> content)
    {
        while (content.Length > 8 && content[0] == 0) content = content[1..];
        if (content.Length > 8) throw new SnmpDecodeException("A Counter64 does not fit 64 bits.");
        if (content.Length == 8) return BinaryPrimitives.ReadUInt64BigEndian(content);
        return unchecked((ulong)ToInt64(content));
    }

    /// <summary>The shortest two's complement form, written to the end of <paramref name="buffer"/>; returns its length.</summary>
    public static int WriteBackwards(Span<byte> buffer, long value)
    {
        var at = buffer.Length;
        while (true)
        {
            buffer[--at] = (byte)value;
            var rest = value >> 8;
            if (rest == 0 && (value & 0x80) == 0) break;
            if (rest == -1 && (value & 0x80) != 0) break;
            value = rest;
        }

        return buffer.Length - at;
    }

    /// <summary>The shortest form of an unsigned value, with a leading zero where the top bit is set.</summary>
    public static int WriteBackwards(Span<byte> buffer, ulong value)
    {
        if (value <= long.MaxValue) return WriteBackwards(buffer, (long)value);
        BinaryPrimitives.WriteUInt64BigEndian(buffer[^8..], value);
        buffer[^9] = 0;
        return 9;
    }
}
