using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace DeviceConsole.Core.Mibs;

/// <summary>A value that can be sent: which of the SMI's types (<c>Integer32</c>, <c>OctetString.hex</c> …), and its text.</summary>
public readonly record struct TypedValue(string Type, string Value);

/// <summary>
/// Reads what a person typed for an object, the other way round from <see cref="ValueFormatter"/>: labels, bits by name, numbers with the places of their hint,
/// moments, addresses. Says in a sentence what does not fit the object's syntax, before anything is sent.
/// </summary>
public static class ValueParser
{
    /// <summary>The value, or what is wrong with it.</summary>
    /// <param name="syntax">The object's.</param>
    /// <param name="text">As typed.</param>
    /// <param name="asHex">True: octets are typed as hex digits.</param>
    public static Result<TypedValue> Parse(MibSyntax syntax, string text, bool asHex)
    {
        var plain = text.Trim();
        return syntax.BaseType switch
        {
            MibBaseType.Enumeration => Label(syntax, plain),
            MibBaseType.Integer32 or MibBaseType.Unsigned32 or MibBaseType.Gauge32 or MibBaseType.Counter32 or MibBaseType.Counter64 or MibBaseType.TimeTicks => Number(syntax, plain),
            MibBaseType.Bits => asHex && Hex(plain) is { } bits ? Sized(syntax, bits) : Bits(syntax, plain),
            MibBaseType.OctetString => Octets(syntax, text, plain, asHex),
            MibBaseType.IpAddress => IPAddress.TryParse(plain, out var address) && address.GetAddressBytes().Length == 4 && plain.Count(c => c == '.') == 3
                ? new TypedValue("IpAddress", address.ToString()) : Wrong("Enter an IPv4 address, for example 192.0.2.10."),
            MibBaseType.ObjectIdentifier => MibOid.TryParse(plain, out var arcs) ? new TypedValue("ObjectIdentifier", MibOid.Format(arcs)) : Wrong("Enter an object identifier: numbers with dots between them."),
            _ => Wrong("Values of this type cannot be set from here."),
        };
    }

    private static Problem Wrong(string sentence) => Problem.Invalid("value", sentence);

    private static Result<TypedValue> Label(MibSyntax syntax, string text)
    {
        var name = text.EndsWith(')') && text.LastIndexOf('(') is > 0 and var open ? text[..open] : text;
        if (syntax.Labels.FirstOrDefault(l => l.Name == name) is { } label) return new TypedValue("Enumeration", label.Value.ToString(CultureInfo.InvariantCulture));
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && syntax.Labels.Any(l => l.Value == number)) return new TypedValue("Enumeration", text);
        return Wrong($"Choose one of {Few(syntax.Labels.Select(l => $"{l.Name}({l.Value})"))}.");
    }

    private static Result<TypedValue> Number(MibSyntax syntax, string text)
    {
        var value = syntax.BaseType == MibBaseType.Integer32 && Scaled(syntax.DisplayHint, text) is { } scaled ? scaled
            : decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var plain) ? plain : (decimal?)null;
        if (value is not { } number) return Wrong(syntax.DisplayHint is { } hint && hint.StartsWith("d-", StringComparison.Ordinal) ? $"Enter a number with at most {hint[2..]} places behind the point." : "Enter a whole number.");
        var (low, high) = Bounds(syntax.BaseType);
        if (number < low || number > high) return Wrong(string.Create(CultureInfo.InvariantCulture, $"{syntax.BaseType} goes from {low} to {high}."));
        if (syntax.Ranges.Count > 0 && !syntax.Ranges.Any(r => number >= r.Low && number <= r.High)) return Wrong($"The object takes {string.Join(" or ", syntax.Ranges)}.");
        return new TypedValue(syntax.BaseType.ToString(), number.ToString("0", CultureInfo.InvariantCulture));
    }

    // RFC 2579 clause 3.1: "d-2" moves the point; "x" and the others are read in their radix.
    private static decimal? Scaled(string? hint, string text)
    {
        if (hint is "x" or "o" or "b")
        {
            var radix = hint switch { "x" => 16, "o" => 8, _ => 2 };
            var fits = text.Length is > 0 and <= 32 && text.All(c => char.IsAsciiHexDigit(c) && Convert.ToInt32(c.ToString(), 16) < radix);
            return fits && ulong.TryParse(text.Aggregate(System.Numerics.BigInteger.Zero, (n, c) => (n * radix) + Convert.ToInt32(c.ToString(), 16)).ToString(CultureInfo.InvariantCulture), out var number) ? number : null;
        }
        if (hint is null || !hint.StartsWith("d-", StringComparison.Ordinal) || !int.TryParse(hint.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var places) || places > 18) return null;
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || Math.Abs(value) > 10_000_000_000m) return null;
        for (var i = 0; i < places; i++) value *= 10;
        return value == decimal.Truncate(value) ? value : null;
    }

    private static (decimal Low, decimal High) Bounds(MibBaseType type) => type switch
    {
        MibBaseType.Integer32 => (int.MinValue, int.MaxValue),
        MibBaseType.Counter64 => (0, ulong.MaxValue),
        _ => (0, uint.MaxValue),
    };

    /// <summary>Names or numbers of bits, with commas or spaces between them; nothing for none.</summary>
    private static Result<TypedValue> Bits(MibSyntax syntax, string text)
    {
        var octets = new byte[syntax.Labels.Count == 0 ? 0 : (int)Math.Min(syntax.Labels.Max(l => l.Value) / 8 + 1, 8192)];
        foreach (var word in text == "none set" ? [] : text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var name = word.EndsWith(')') && word.LastIndexOf('(') is > 0 and var open ? word[..open] : word;
            if (syntax.Labels.FirstOrDefault(l => l.Name == name || l.Value.ToString(CultureInfo.InvariantCulture) == name) is not { } label || label.Value / 8 >= octets.Length)
                return Wrong($"\"{word}\" is none of the bits: {Few(syntax.Labels.Select(l => l.Name))}.");
            octets[label.Value / 8] |= (byte)(0x80 >> (int)(label.Value % 8));
        }
        return new TypedValue("Bits.hex", Convert.ToHexStringLower(octets));
    }

    private static Result<TypedValue> Octets(MibSyntax syntax, string text, string plain, bool asHex)
    {
        if (syntax.TypeName == "DateAndTime" && Moment(plain) is { } moment) return Sized(syntax, moment);
        if (syntax.TypeName is "InetAddress" or "InetAddressIPv4" or "InetAddressIPv6" or "Ipv6Address" && IPAddress.TryParse(plain, out var address) && (plain.Contains(':', StringComparison.Ordinal) || plain.Count(c => c == '.') == 3))
            return Sized(syntax, address.GetAddressBytes());
        if (syntax.DisplayHint is { } hint && Hinted(hint, plain) is { } hinted) return Sized(syntax, hinted);
        if (asHex) return Hex(plain) is { } octets ? Sized(syntax, octets) : Wrong("Enter pairs of hex digits, for example 00 1a 2b or 00:1a:2b.");
        if (syntax.TypeName == "DateAndTime") return Wrong("Enter a moment such as 2026-11-22 13:35:00 +01:00.");
        return Fits(syntax, Encoding.UTF8.GetByteCount(text)) is { } wrong ? wrong : new TypedValue("OctetString", text);
    }

    // Hints with one fixed part that repeats: 1x: (MAC addresses), 1d. (addresses), 2x: and the like.
    private static byte[]? Hinted(string hint, string text)
    {
        if (hint.Length is < 3 or > 24 || !char.IsAsciiDigit(hint[0]) || hint[0] == '0' || hint[1] is not ('x' or 'd' or 'o') || char.IsAsciiLetterOrDigit(hint[2])) return null;
        var (width, format, separator) = (hint[0] - '0', hint[1], hint[2]);
        var unit = hint[..3];
        if (width > 4 || !string.Concat(Enumerable.Repeat(unit, 16)).StartsWith(hint, StringComparison.Ordinal)) return null;
        var octets = new List<byte>();
        foreach (var part in text.Split(separator))
        {
            if (part.Length == 0 || part.Length > 10 || !Part(part, format, out var value) || value >= 1L << (8 * width)) return null;
            for (var shift = (width - 1) * 8; shift >= 0; shift -= 8) octets.Add((byte)(value >> shift));
        }
        return [.. octets];
    }

    private static bool Part(string text, char format, out long value)
    {
        value = 0;
        if (format == 'x') return long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        if (format == 'd') return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        foreach (var c in text)
        {
            if (c is < '0' or > '7') return false;
            value = (value * 8) + (c - '0');
        }
        return true;
    }

    private static byte[]? Hex(string text)
    {
        var digits = text.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }

    // RFC 2579: eight octets of local time, or eleven with the zone.
    private static byte[]? Moment(string text)
    {
        string[] zoned = ["yyyy-MM-dd HH:mm:ss.f zzz", "yyyy-MM-dd HH:mm:ss zzz", "yyyy-MM-dd HH:mm zzz", "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.fzzz"];
        string[] local = ["yyyy-MM-dd HH:mm:ss.f", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm:ss"];
        if (text.EndsWith('Z')) text = text[..^1].TrimEnd() + (text.Contains('T', StringComparison.Ordinal) ? "+00:00" : " +00:00");
        if (DateTimeOffset.TryParseExact(text, zoned, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
            return [.. Local(at.DateTime), (byte)(at.Offset < TimeSpan.Zero ? '-' : '+'), (byte)Math.Abs(at.Offset.Hours), (byte)Math.Abs(at.Offset.Minutes)];
        return DateTime.TryParseExact(text, local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var plain) ? Local(plain) : null;
    }

    private static byte[] Local(DateTime at)
    {
        var octets = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)at.Year);
        (octets[2], octets[3], octets[4], octets[5], octets[6], octets[7]) = ((byte)at.Month, (byte)at.Day, (byte)at.Hour, (byte)at.Minute, (byte)at.Second, (byte)(at.Millisecond / 100));
        return octets;
    }

    private static Result<TypedValue> Sized(MibSyntax syntax, byte[] octets) =>
        Fits(syntax, octets.Length) is { } wrong ? wrong : new TypedValue(syntax.BaseType == MibBaseType.Bits ? "Bits.hex" : "OctetString.hex", Convert.ToHexStringLower(octets));

    private static Problem? Fits(MibSyntax syntax, int length) =>
        syntax.BaseType != MibBaseType.OctetString || syntax.Ranges.Count == 0 || syntax.Ranges.Any(r => length >= r.Low && length <= r.High) ? null
            : Wrong($"The object takes {string.Join(" or ", syntax.Ranges)} bytes; this is {length}.");

    private static string Few(IEnumerable<string> words)
    {
        var list = words.Take(13).ToList();
        return string.Join(", ", list.Take(12)) + (list.Count > 12 ? " …" : "");
    }
}
