namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>The attributes of one start tag, in their order; what is no attribute ends them.</summary>
public ref struct XmlAttributes
{
    private ReadOnlySpan<byte> rest;

    internal XmlAttributes(ReadOnlySpan<byte> tag) => rest = tag;

    /// <summary>The name with its prefix.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value as it stands between the quotes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The next attribute; false behind the last.</summary>
    public bool Read()
    {
        rest = rest.TrimStart(" \t\r\n"u8);
        var sign = rest.IndexOf((byte)'=');
        if (sign <= 0) return false;
        Name = rest[..sign].TrimEnd(" \t\r\n"u8);
        var value = rest[(sign + 1)..].TrimStart(" \t\r\n"u8);
        if (value.IsEmpty || value[0] is not ((byte)'"' or (byte)'\'')) return false;
        var close = value[1..].IndexOf(value[0]);
        if (close < 0) return false;
        Value = value.Slice(1, close);
        rest = value[(close + 2)..];
        return true;
    }

    /// <summary>A name without its prefix.</summary>
    internal static ReadOnlySpan<byte> LocalPart(ReadOnlySpan<byte> name) => name[(name.LastIndexOf((byte)':') + 1)..];
}
