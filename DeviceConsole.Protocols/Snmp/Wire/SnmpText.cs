using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>Values and types as people read them when no MIB says more.</summary>
public static class SnmpText
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The type in the words of the SMI.</summary>
    public static string TypeName(SnmpValue value) => value.Type switch
    {
        SnmpType.Integer32 => "Integer32",
        SnmpType.OctetString => "OCTET STRING",
        SnmpType.Null => "NULL",
        SnmpType.ObjectIdentifier => "OBJECT IDENTIFIER",
        SnmpType.IpAddress => "IpAddress",
        SnmpType.Counter32 => "Counter32",
        SnmpType.Gauge32 => "Gauge32",
        SnmpType.TimeTicks => "TimeTicks",
        SnmpType.Opaque => OpaqueName(value.Encoded),
        SnmpType.NsapAddress => "NsapAddress",
        SnmpType.Counter64 => "Counter64",
        SnmpType.UInteger32 => "UInteger32",
        SnmpType.NoSuchObject => "noSuchObject",
        SnmpType.NoSuchInstance => "noSuchInstance",
        SnmpType.EndOfMibView => "endOfMibView",
        _ => value.Type.ToString(),
    };

    /// <summary>
    /// The value as text: numbers in decimal, addresses and OIDs dotted, strings as UTF-8 where that is printable, everything else
    /// as lower-case hex pairs with colons. Empty where there is no value.
    /// </summary>
    public static string Render(SnmpValue value) => value.Type switch
    {
        SnmpType.Integer32 or SnmpType.Counter32 or SnmpType.Gauge32 or SnmpType.TimeTicks or SnmpType.UInteger32 =>
            value.ToInt64().ToString(CultureInfo.InvariantCulture),
        SnmpType.Counter64 => value.ToUInt64().ToString(CultureInfo.InvariantCulture),
        SnmpType.ObjectIdentifier => value.ToIdentifier().ToString(),
        SnmpType.IpAddress when value.Encoded.Length == 4 => Dotted(value.Encoded),
        SnmpType.OctetString => TryReadText(value.Encoded, out var text) ? text : Hex(value.Encoded),
        SnmpType.Opaque => Opaque(value.Encoded),
        _ => Hex(value.Encoded),
    };

    /// <summary>
    /// The octets as text, where they are UTF-8 without control characters other than tab, line feed and carriage return.
    /// </summary>
    public static bool TryReadText(ReadOnlySpan<byte> octets, out string text)
    {
        text = "";
        if (octets.IndexOfAnyInRange((byte)0x20, (byte)0x7e) < 0 && octets.Length > 0) return false;
        try
        {
            text = StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        foreach (var c in text)
            if (char.IsControl(c) && c is not ('\t' or '\n' or '\r')) return false;
        return true;
    }

    private static string Hex(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty) return "";
        var text = new StringBuilder(octets.Length * 3);
        foreach (var octet in octets) text.Append(CultureInfo.InvariantCulture, $"{octet:x2}:");
        return text.ToString(0, text.Length - 1);
    }

    private static string Dotted(ReadOnlySpan<byte> a) => string.Create(CultureInfo.InvariantCulture, $"{a[0]}.{a[1]}.{a[2]}.{a[3]}");

    // Net-SNMP's wrapped types: tag 9f 78 float, 79 double, 7a signed and 7b unsigned 64 bits, 76 counter of 64 bits.
    private static string OpaqueName(ReadOnlySpan<byte> content) => OpaqueTag(content, out _) switch
    {
        0x78 => "Opaque Float",
        0x79 => "Opaque Double",
        0x7a => "Opaque Integer64",
        0x7b => "Opaque Unsigned64",
        0x76 => "Opaque Counter64",
        _ => "Opaque",
    };

    private static string Opaque(ReadOnlySpan<byte> content) => OpaqueTag(content, out var inner) switch
    {
        0x78 => BinaryPrimitives.ReadSingleBigEndian(inner).ToString("R", CultureInfo.InvariantCulture),
        0x79 => BinaryPrimitives.ReadDoubleBigEndian(inner).ToString("R", CultureInfo.InvariantCulture),
        0x7a => BerInteger.ToInt64(inner).ToString(CultureInfo.InvariantCulture),
        0x7b or 0x76 => BerInteger.ToUInt64(inner).ToString(CultureInfo.InvariantCulture),
        _ => Hex(content),
    };

    private static byte OpaqueTag(ReadOnlySpan<byte> content, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        if (content.Length < 3 || content[0] != 0x9f || content[2] != content.Length - 3) return 0;
        inner = content[3..];
        return content[1] switch
        {
            0x78 when inner.Length == 4 => 0x78,
            0x79 when inner.Length == 8 => 0x79,
            0x7a or 0x7b or 0x76 when inner.Length <= 8 => content[1],
            _ => 0,
        };
    }
}
