using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Mibs;

/// <summary>Values as people read them, by what a MIB says of the object: labels, bits, hints, times, addresses, names, units.</summary>
public static partial class ValueFormatter
{
    /// <summary>The value in words; null where the raw text says as much.</summary>
    /// <param name="tree">Names of object identifiers that are values.</param>
    /// <param name="definition">The object.</param>
    /// <param name="value">The value as it was reported.</param>
    public static string? Format(MibTree tree, MibDefinition definition, ParameterValue value)
    {
        if (value.Value is not { } text || definition.Syntax is not { } syntax) return null;
        var shown = Format(tree, syntax, value, text);
        // Ticks are told in hours and minutes, whatever unit they were counted in.
        if (value.Type != "TimeTicks" && definition.Units is { Length: > 0 and <= 40 } units && (shown ?? text).Length > 0) shown = $"{shown ?? text} {units}";
        return shown == text ? null : shown;
    }

    /// <summary>Octets without a hint: an address where the length says so, hex where they cannot be printed.</summary>
    public static string Octets(MibSyntax syntax, ReadOnlySpan<byte> octets)
    {
        if (syntax.TypeName == "DateAndTime" && Moment(octets) is { } moment) return moment;
        if (syntax.TypeName is "InetAddress" or "InetAddressIPv4" or "InetAddressIPv6" or "Ipv6Address" && Address(octets) is { } address) return address;
        if (syntax.DisplayHint is { } hint && octets.Length > 0 && !(hint is "255a" or "255t" && !IsPrintable(octets)) && DisplayHint.Octets(hint, octets) is { } hinted) return hinted;
        if (IsPrintable(octets)) return Encoding.UTF8.GetString(octets);
        return string.Join(':', Convert.ToHexStringLower(octets).Chunk(2).Select(c => new string(c)));
    }

    /// <summary>A number with its label or hint.</summary>
    public static string Number(MibSyntax syntax, long number)
    {
        foreach (var label in syntax.Labels)
        {
            if (label.Value == number) return string.Create(CultureInfo.InvariantCulture, $"{label.Name}({number})");
        }
        return (syntax.DisplayHint is { } hint ? DisplayHint.Number(hint, number) : null) ?? number.ToString(CultureInfo.InvariantCulture);
    }

    private static string? Format(MibTree tree, MibSyntax syntax, ParameterValue value, string text)
    {
        switch (value.Type)
        {
            case "TimeTicks" when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= uint.MaxValue:
                return Ticks(ticks);
            case "OBJECT IDENTIFIER" when MibOid.TryParse(text, out var arcs) && tree.Longest(arcs) is { } match && match.Node.Parent?.Parent is not null:
                return match.Rest.Length == 0 ? match.Node.Name : $"{match.Node.Name}.{MibOid.Format(match.Rest)}";
            case "OCTET STRING" when Bytes(syntax, value, text) is { } octets:
                return syntax.BaseType == MibBaseType.Bits ? Bits(syntax, octets) : Octets(syntax, octets);
            default:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Number(syntax, number) : null;
        }
    }

    private static byte[]? Bytes(MibSyntax syntax, ParameterValue value, string text)
    {
        if (value.RawHex is { } hex) return hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
        return IsBinary(syntax) && HexPairs().IsMatch(text) ? Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal)) : Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Octets that are no text: stored values of such objects are pairs of hex digits, with nothing beside them that says so.</summary>
    private static bool IsBinary(MibSyntax syntax) =>
        syntax.BaseType == MibBaseType.Bits || syntax.TypeName is "InetAddress" or "InetAddressIPv4" or "InetAddressIPv6" or "Ipv6Address" || syntax.DisplayHint?.AsSpan().ContainsAny('x', 'd', 'o') == true;

    [GeneratedRegex("^[0-9a-f]{2}(:[0-9a-f]{2})*$")]
    private static partial Regex HexPairs();

    /// <summary>RFC 2578 clause 7.1.4: bit 0 is the high bit of the first octet.</summary>
    private static string Bits(MibSyntax syntax, byte[] octets)
    {
        var set = new List<string>();
        for (var bit = 0; bit < octets.Length * 8; bit++)
        {
            if ((octets[bit / 8] & (0x80 >> (bit % 8))) == 0) continue;
            set.Add(syntax.Labels.FirstOrDefault(l => l.Value == bit) is { } label ? string.Create(CultureInfo.InvariantCulture, $"{label.Name}({bit})") : bit.ToString(CultureInfo.InvariantCulture));
        }
        return set.Count == 0 ? "none set" : string.Join(", ", set);
    }

    private static string Ticks(long hundredths)
    {
        var time = TimeSpan.FromMilliseconds(hundredths * 10);
        var days = time.Days switch { 0 => "", 1 => "1 day, ", var n => string.Create(CultureInfo.InvariantCulture, $"{n} days, ") };
        return string.Create(CultureInfo.InvariantCulture, $"{days}{time.Hours:00}:{time.Minutes:00}:{time.Seconds:00}.{time.Milliseconds / 10:00}");
    }

    /// <summary>RFC 2579's DateAndTime, with or without the zone.</summary>
    private static string? Moment(ReadOnlySpan<byte> o)
    {
        if (o.Length is not (8 or 11) || o[2] is 0 or > 12 || o[3] is 0 or > 31 || o[4] > 23 || o[5] > 59 || o[6] > 60 || o[7] > 9) return null;
        var year = BinaryPrimitives.ReadUInt16BigEndian(o);
        var text = string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{o[2]:00}-{o[3]:00} {o[4]:00}:{o[5]:00}:{o[6]:00}.{o[7]}");
        return o.Length == 11 && o[8] is (byte)'+' or (byte)'-' ? string.Create(CultureInfo.InvariantCulture, $"{text} {(char)o[8]}{o[9]:00}:{o[10]:00}") : text;
    }

    /// <summary>RFC 4001: the length tells the kind; eight and twenty octets carry a zone.</summary>
    private static string? Address(ReadOnlySpan<byte> octets) => octets.Length switch
    {
        4 or 16 => new IPAddress(octets).ToString(),
        8 or 20 => string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(octets[..^4])}%{BinaryPrimitives.ReadUInt32BigEndian(octets[^4..])}"),
        _ => null,
    };

    private static bool IsPrintable(ReadOnlySpan<byte> octets)
    {
        if (!System.Text.Unicode.Utf8.IsValid(octets)) return false;
        foreach (var octet in octets)
        {
            if (octet < 0x20 && octet is not ((byte)'\t' or (byte)'\n' or (byte)'\r') || octet == 0x7f) return false;
        }
        return true;
    }
}
