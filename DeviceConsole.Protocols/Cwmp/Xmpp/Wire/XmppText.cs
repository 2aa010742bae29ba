using System.Globalization;
using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>Texts in XML: what has to be written otherwise. A stream has the five entities of XML and no others (RFC 6120 §11.1).</summary>
internal static class XmppText
{
    private const int LongestReference = 10;

    /// <summary>For an attribute in single or double quotes, or between tags. Characters that XML has not become U+FFFD.</summary>
    public static string Escape(string text)
    {
        var written = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => written.Append("&amp;"),
                '<' => written.Append("&lt;"),
                '>' => written.Append("&gt;"),
                '"' => written.Append("&quot;"),
                '\'' => written.Append("&apos;"),
                _ when IsCharacter(rune.Value) => written.Append(rune.ToString()),
                _ => written.Append('\ufffd'),
            };
        }
        return written.ToString();
    }

    /// <exception cref="XmppDecodeException">A reference is unknown or names no character.</exception>
    public static string Unescape(string text)
    {
        var at = text.IndexOf('&', StringComparison.Ordinal);
        if (at < 0) return text;
        var read = new StringBuilder(text.Length);
        var position = 0;
        for (; at >= 0; at = text.IndexOf('&', position))
        {
            read.Append(text, position, at - position);
            var end = text.IndexOf(';', at);
            if (end < 0 || end - at > LongestReference) throw new XmppDecodeException("A reference to a character does not end.");
            read.Append(Resolve(text.AsSpan(at + 1, end - at - 1)));
            position = end + 1;
        }
        return read.Append(text, position, text.Length - position).ToString();
    }

    private static string Resolve(ReadOnlySpan<char> reference)
    {
        switch (reference)
        {
            case "amp": return "&";
            case "lt": return "<";
            case "gt": return ">";
            case "quot": return "\"";
            case "apos": return "'";
        }
        var isHex = reference.StartsWith("#x", StringComparison.Ordinal);
        if (reference is not ['#', ..]
            || !int.TryParse(reference[(isHex ? 2 : 1)..], isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !Rune.IsValid(number) || !IsCharacter(number))
        {
            throw new XmppDecodeException("A reference names no character.");
        }
        return new Rune(number).ToString();
    }

    private static bool IsCharacter(int value) => value is '\t' or '\n' or '\r' or (>= ' ' and not 0xfffe and not 0xffff);
}
