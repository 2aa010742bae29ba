using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>From the bytes between two tags to the text that the device meant.</summary>
internal static class XmlText
{
    private static readonly SearchValues<byte> Special = SearchValues.Create("&\r\0"u8);

    /// <summary>
    /// Resolves the predefined entities and character references (XML 1.0 §4.1, §4.6) and brings line ends to LF (§2.11). Anything else that begins
    /// with &amp; stays as it stands; U+0000 is left out; what is no UTF-8 is taken for ISO 8859-1.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> raw, bool cdata)
    {
        var text = Utf8.IsValid(raw) ? Encoding.UTF8.GetString(raw) : Encoding.Latin1.GetString(raw);
        return raw.IndexOfAny(Special) < 0 ? text : Resolve(text, cdata);
    }

    private static string Resolve(string text, bool cdata)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                if (i + 1 == text.Length || text[i + 1] != '\n') result.Append('\n');
            }
            else if (c == '&' && !cdata && TryReadReference(text.AsSpan(i), out var rune, out var length))
            {
                if (rune.Value != 0) result.Append(rune.ToString());
                i += length - 1;
            }
            else if (c != '\0')
            {
                result.Append(c);
            }
        }
        return result.ToString();
    }

    // The longest reference is &#x10FFFF; with some leading zeros.
    private static bool TryReadReference(ReadOnlySpan<char> text, out Rune rune, out int length)
    {
        rune = default;
        var end = text[..Math.Min(text.Length, 16)].IndexOf(';');
        length = end + 1;
        if (end < 2) return false;
        var name = text[1..end];
        if (name[0] == '#') return TryReadCharacter(name[1..], out rune);
        var c = name switch
        {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => '\0',
        };
        rune = new Rune(c);
        return c != '\0';
    }

    private static bool TryReadCharacter(ReadOnlySpan<char> digits, out Rune rune)
    {
        rune = Rune.ReplacementChar;
        var hex = digits.StartsWith("x", StringComparison.OrdinalIgnoreCase);
        if (!int.TryParse(hex ? digits[1..] : digits, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code)) return false;
        if (Rune.IsValid(code)) rune = new Rune(code);
        return true;
    }
}
