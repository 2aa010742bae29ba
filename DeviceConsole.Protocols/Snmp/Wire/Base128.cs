namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>Sub-identifiers in groups of seven bits (X.690 §8.19.2).</summary>
internal static class Base128
{
    // The first sub-identifier holds two arcs: 80 is added to a second arc of up to 2^32-1.
    private const ulong LargestFirst = uint.MaxValue + 80UL;

    /// <summary>Writes one sub-identifier and returns where the next one goes.</summary>
    public static int Write(Span<byte> buffer, int at, ulong value)
    {
        var groups = 1;
        for (var rest = value >> 7; rest != 0; rest >>= 7) groups++;
        for (var i = groups - 1; i >= 0; i--)
        {
            buffer[at + i] = (byte)((value & 0x7f) | (i == groups - 1 ? 0u : 0x80u));
            value >>= 7;
        }

        return at + groups;
    }

    /// <summary>Reads the sub-identifier at <paramref name="at"/>, which must be complete, and moves behind it.</summary>
    public static ulong Read(ReadOnlySpan<byte> encoded, ref int at)
    {
        ulong value = 0;
        byte octet;
        do
        {
            octet = encoded[at++];
            value = (value << 7) | (octet & 0x7fu);
        }
        while (octet >= 0x80);
        return value;
    }

    /// <summary>Reads the sub-identifier at <paramref name="at"/>.</summary>
    public static ulong ReadAt(ReadOnlySpan<byte> encoded, int at) => Read(encoded, ref at);

    /// <summary>Throws unless the octets are at most 128 minimal sub-identifiers of at most 32 bits.</summary>
    public static void Check(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty) return;
        if (encoded[^1] >= 0x80) throw new SnmpDecodeException("An OID ends inside a sub-identifier.");
        var arcs = 1;
        for (var at = 0; at < encoded.Length;)
        {
            // Most sub-identifiers are one octet.
            if (encoded[at] < 0x80)
            {
                at++;
            }
            else
            {
                if (encoded[at] == 0x80) throw new SnmpDecodeException("A sub-identifier of an OID is padded.");
                var first = at == 0;
                var start = at;
                var value = Read(encoded, ref at);
                if (at - start > 5 || value > (first ? LargestFirst : uint.MaxValue))
                    throw new SnmpDecodeException("A sub-identifier of an OID is larger than 2^32-1.");
            }

            arcs++;
        }

        if (arcs > ObjectIdentifier.MaximumArcs) throw new SnmpDecodeException($"An OID has more than {ObjectIdentifier.MaximumArcs} sub-identifiers.");
    }
}
