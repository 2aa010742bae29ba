using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>One tag as it is written. Names are compared by what they stand for later; here they keep their prefix.</summary>
internal sealed class XmppTag
{
    private const int MaximumAttributes = 64, MaximumName = 256;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private XmppTag(string name, bool isEnd, bool isEmpty, Dictionary<string, string> attributes) => (Name, IsEnd, IsEmpty, Attributes) = (name, isEnd, isEmpty, attributes);

    public string Name { get; }

    public bool IsEnd { get; }

    public bool IsEmpty { get; }

    public Dictionary<string, string> Attributes { get; }

    /// <summary>The length of the tag that begins here, with its brackets; 0 where its end is not there yet.</summary>
    /// <exception cref="XmppDecodeException">A bracket stands within it.</exception>
    public static int Length(ReadOnlySpan<byte> bytes)
    {
        byte quote = 0;
        for (var i = 1; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (b == (byte)'<') throw new XmppDecodeException("A tag begins within another.");
            if (quote != 0)
            {
                if (b == quote) quote = 0;
            }
            else if (b is (byte)'"' or (byte)'\'')
            {
                quote = b;
            }
            else if (b == (byte)'>')
            {
                return i + 1;
            }
        }
        return 0;
    }

    /// <summary>Reads a whole tag.</summary>
    public static XmppTag Read(ReadOnlySpan<byte> tag)
    {
        var inner = tag[1..^1];
        var isEnd = inner is [(byte)'/', ..];
        if (isEnd) inner = inner[1..];
        var isEmpty = !isEnd && inner is [.., (byte)'/'];
        if (isEmpty) inner = inner[..^1];
        var text = Decode(inner);
        var position = 0;
        var name = ReadName(text, ref position);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            var blanks = SkipBlanks(text, ref position);
            if (position == text.Length) return new XmppTag(name, isEnd, isEmpty, attributes);
            if (blanks == 0 || isEnd) throw new XmppDecodeException($"The tag {name} is malformed.");
            ReadAttribute(text, ref position, attributes);
        }
    }

    /// <summary>Text of the wire, strictly UTF-8 and without characters that XML has not.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = Strict.GetString(bytes);
            foreach (var c in text)
                if (c < ' ' && c is not ('\t' or '\n' or '\r') || c is '\ufffe' or '\uffff') throw new XmppDecodeException("It has a character that XML does not allow.");
            return text;
        }
        catch (ArgumentException e)
        {
            throw new XmppDecodeException("It is not in UTF-8.", e);
        }
    }

    private static void ReadAttribute(string text, ref int position, Dictionary<string, string> attributes)
    {
        var name = ReadName(text, ref position);
        SkipBlanks(text, ref position);
        if (position >= text.Length || text[position++] != '=') throw new XmppDecodeException($"The attribute {name} has no value.");
        SkipBlanks(text, ref position);
        if (position >= text.Length || text[position] is not ('"' or '\'')) throw new XmppDecodeException($"The attribute {name} has no value in quotes.");
        var end = text.IndexOf(text[position], position + 1);
        if (end < 0) throw new XmppDecodeException($"The attribute {name} does not end.");
        if (attributes.Count >= MaximumAttributes) throw new XmppDecodeException("A tag has too many attributes.");
        if (!attributes.TryAdd(name, XmppText.Unescape(text[(position + 1)..end]))) throw new XmppDecodeException($"The attribute {name} stands twice.");
        position = end + 1;
    }

    private static string ReadName(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && (char.IsLetterOrDigit(text[position]) || text[position] is ':' or '-' or '_' or '.')) position++;
        var length = position - start;
        if (length is 0 or > MaximumName || !(char.IsLetter(text[start]) || text[start] == '_')) throw new XmppDecodeException("A name is missing or none.");
        return text[start..position];
    }

    private static int SkipBlanks(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && text[position] is (' ' or '\t' or '\n' or '\r')) position++;
        return position - start;
    }
}
