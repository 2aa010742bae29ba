using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>Documents in another encoding than UTF-8: TR-069 asks for UTF-8 (§3.4.1), a few devices send something else.</summary>
internal static class XmlEncoding
{
    /// <summary>The document in UTF-8: UTF-16 is told by its byte order mark, ISO 8859-1 by the declaration.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> document)
    {
        var span = document.Span;
        if (span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(span[2..]));
        if (span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(span[2..]));
        return IsLatin1(span) ? Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(span)) : document;
    }

    private static bool IsLatin1(ReadOnlySpan<byte> document)
    {
        if (!document.StartsWith("<?xml"u8)) return false;
        var end = document.IndexOf("?>"u8);
        if (end is < 0 or > 200) return false;
        var declaration = Encoding.Latin1.GetString(document[..end]);
        return declaration.Contains("iso-8859-1", StringComparison.OrdinalIgnoreCase) || declaration.Contains("latin1", StringComparison.OrdinalIgnoreCase);
    }
}
