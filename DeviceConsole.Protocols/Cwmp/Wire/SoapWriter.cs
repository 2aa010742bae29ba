using System.Buffers;
using System.Globalization;
using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>Writes elements in UTF-8. Texts are escaped; characters that XML 1.0 cannot carry (§2.2) become a question mark.</summary>
public sealed class SoapWriter
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "&<>\"\r\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000b\u000c\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\ufffe\uffff");

    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    /// <summary>Markup as it is.</summary>
    public SoapWriter Raw(ReadOnlySpan<byte> markup)
    {
        buffer.Write(markup);
        return this;
    }

    /// <summary>A start tag; <paramref name="tag"/> may hold attributes.</summary>
    public SoapWriter Open(ReadOnlySpan<byte> tag) => Raw("<"u8).Raw(tag).Raw(">"u8);

    /// <summary>An end tag.</summary>
    public SoapWriter Close(ReadOnlySpan<byte> tag) => Raw("</"u8).Raw(tag).Raw(">"u8);

    /// <summary>An element with a text.</summary>
    public SoapWriter Element(ReadOnlySpan<byte> tag, string text) => Open(tag).Text(text).Close(tag);

    /// <summary>An element with a number.</summary>
    public SoapWriter Element(ReadOnlySpan<byte> tag, long number) => Element(tag, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>An element with 1 or 0, which every device reads as a boolean; some read nothing else.</summary>
    public SoapWriter Element(ReadOnlySpan<byte> tag, bool value) => Open(tag).Raw(value ? "1"u8 : "0"u8).Close(tag);

    /// <summary>The start tag of a SOAP array (SOAP 1.1 §5.4.2).</summary>
    public SoapWriter OpenArray(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> itemType, int count) =>
        Raw("<"u8).Raw(tag).Raw(" soap-enc:arrayType=\""u8).Raw(itemType).Raw("["u8).Text(count.ToString(CultureInfo.InvariantCulture)).Raw("]\">"u8);

    /// <summary>An array of texts.</summary>
    public SoapWriter Texts(ReadOnlySpan<byte> tag, IReadOnlyList<string> texts)
    {
        OpenArray(tag, "xsd:string"u8, texts.Count);
        foreach (var text in texts) Element("string"u8, text);
        return Close(tag);
    }

    /// <summary>A text, escaped.</summary>
    public SoapWriter Text(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var next = rest.IndexOfAny(Escaped);
            if (next < 0) next = rest.Length;
            Encoding.UTF8.GetBytes(rest[..next], buffer);
            if (next == rest.Length) break;
            buffer.Write(Escape(rest[next]));
            rest = rest[(next + 1)..];
        }
        return this;
    }

    private static ReadOnlySpan<byte> Escape(char c) => c switch
    {
        '&' => "&amp;"u8,
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '"' => "&quot;"u8,
        '\r' => "&#13;"u8,
        _ => "?"u8,
    };
}
