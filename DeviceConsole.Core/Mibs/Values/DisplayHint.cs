using System.Globalization;
using System.Numerics;
using System.Text;

namespace DeviceConsole.Core.Mibs;

/// <summary>Renders values as a DISPLAY-HINT says: RFC 2579 clause 3.1, in all its forms.</summary>
public static class DisplayHint
{
    /// <summary>A number: <c>d</c>, <c>d-2</c>, <c>x</c>, <c>o</c>, <c>b</c>. Null where the hint is none for numbers.</summary>
    public static string? Number(string hint, long value)
    {
        if (hint.Length == 0) return null;
        switch (hint[0])
        {
            case 'd' when hint.Length == 1: return value.ToString(CultureInfo.InvariantCulture);
            case 'd' when hint.Length > 2 && hint[1] == '-' && int.TryParse(hint.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var places) && places <= 18: return Shift(value, places);
            case 'x' when hint.Length == 1: return value.ToString("x", CultureInfo.InvariantCulture);
            case 'o' when hint.Length == 1: return Convert.ToString(value, 8);
            case 'b' when hint.Length == 1: return Convert.ToString(value, 2);
            default: return null;
        }
    }

    /// <summary>Octets: a sequence of <c>[*]length(x|d|o|a|t)[separator[terminator]]</c>, the last one repeated. Null where the hint is none for octets.</summary>
    public static string? Octets(string hint, ReadOnlySpan<byte> octets)
    {
        if (Parse(hint) is not { } parts) return null;
        var text = new StringBuilder(octets.Length * 2);
        for (var i = 0; octets.Length > 0; i = Math.Min(i + 1, parts.Count - 1))
        {
            var part = parts[i];
            var times = 1;
            if (part.Repeats)
            {
                times = octets[0];
                octets = octets[1..];
            }
            else if (part.Length == 0 && i == parts.Count - 1)
            {
                return null;
            }
            for (var n = 0; n < times && octets.Length > 0; n++)
            {
                var length = Math.Min(part.Length, octets.Length);
                Append(text, part.Format, octets[..length]);
                octets = octets[length..];
                if (part.Separator is { } separator && octets.Length > 0 && !(n == times - 1 && part.Terminator is not null)) text.Append(separator);
                if (part.Length == 0) break;
            }
            if (part.Terminator is { } terminator && octets.Length > 0) text.Append(terminator);
        }
        return text.ToString();
    }

    private static string Shift(long value, int places)
    {
        if (places == 0) return value.ToString(CultureInfo.InvariantCulture);
        var digits = BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        return $"{(value < 0 ? "-" : "")}{digits[..^places]}.{digits[^places..]}";
    }

    private static void Append(StringBuilder text, char format, ReadOnlySpan<byte> octets)
    {
        switch (format)
        {
            case 'a':
                foreach (var octet in octets) text.Append(octet is >= 0x20 and < 0x7f or (byte)'\n' or (byte)'\r' or (byte)'\t' ? (char)octet : '.');
                break;
            case 't':
                foreach (var c in Encoding.UTF8.GetString(octets)) text.Append(char.IsControl(c) && c is not ('\n' or '\r' or '\t') ? '.' : c);
                break;
            case 'x':
                text.Append(Convert.ToHexStringLower(octets));
                break;
            case 'd':
                text.Append(new BigInteger(octets, isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(Octal(new BigInteger(octets, isUnsigned: true, isBigEndian: true)));
                break;
        }
    }

    private static string Octal(BigInteger value)
    {
        var digits = new StringBuilder();
        do
        {
            digits.Insert(0, (char)('0' + (int)(value & 7)));
            value >>= 3;
        }
        while (!value.IsZero);
        return digits.ToString();
    }

    private static List<Part>? Parse(string hint)
    {
        if (hint.Length is 0 or > 255) return null;
        var parts = new List<Part>();
        for (var at = 0; at < hint.Length;)
        {
            var repeats = hint[at] == '*';
            if (repeats) at++;
            var start = at;
            while (at < hint.Length && char.IsAsciiDigit(hint[at])) at++;
            if (!int.TryParse(hint.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 65_535) return null;
            if (at >= hint.Length || hint[at] is not ('x' or 'd' or 'o' or 'a' or 't')) return null;
            var format = hint[at++];
            var separator = Sign(hint, ref at);
            var terminator = repeats && separator is not null ? Sign(hint, ref at) : null;
            parts.Add(new Part(repeats, length, format, separator, terminator));
        }
        return parts;
    }

    private static char? Sign(string hint, ref int at) => at < hint.Length && !char.IsAsciiDigit(hint[at]) && hint[at] != '*' ? hint[at++] : null;

    private readonly record struct Part(bool Repeats, int Length, char Format, char? Separator, char? Terminator);
}
