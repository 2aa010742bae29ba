using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>
/// Reads one stream (RFC 6120 §4): its header, its stanzas, its end. No document type, no comments, no processing instructions, no entities of one's own
/// (§11.1); a stanza has a largest size, a depth and a number of elements. A stream that begins anew (after TLS, after SASL) needs a new reader.
/// </summary>
internal sealed class XmppStreamReader
{
    /// <summary>The longest stanza, in bytes.</summary>
    public const int MaximumStanza = 64 * 1024;

    /// <summary>The most elements within each other, the stanza's own with them.</summary>
    public const int MaximumDepth = 16;

    /// <summary>The most elements of a stanza.</summary>
    public const int MaximumElements = 1_024;

    private static readonly XmppScope Root = new(null, new Dictionary<string, string> { ["xml"] = "http://www.w3.org/XML/1998/namespace" });

    private XmppScope? stream;
    private string name = "";

    /// <summary>The next event. False where it is not whole yet: nothing is consumed then.</summary>
    /// <param name="bytes">What has come and was not consumed.</param>
    /// <param name="read">The event.</param>
    /// <param name="consumed">Its length in bytes.</param>
    /// <exception cref="XmppDecodeException">It is no stream, or one beyond the limits.</exception>
    public bool TryRead(ReadOnlySpan<byte> bytes, out XmppEvent read, out int consumed)
    {
        (read, consumed) = (default, 0);
        if (bytes.IsEmpty) return false;
        var blanks = bytes.IndexOfAnyExcept(" \t\r\n"u8);
        if (blanks != 0)
        {
            (read, consumed) = (new XmppEvent(XmppEventKind.Whitespace, null), blanks < 0 ? bytes.Length : blanks);
            return true;
        }
        if (bytes[0] != (byte)'<') throw new XmppDecodeException("There is text between stanzas.");
        if (stream is null ? TryReadHeader(bytes, out read, out consumed) : bytes is [_, (byte)'/', ..] ? TryReadClose(bytes, out read, out consumed) : TryReadStanza(bytes, stream, out read, out consumed)) return true;
        if (bytes.Length > MaximumStanza) throw new XmppDecodeException($"A stanza is longer than {MaximumStanza:N0} bytes.");
        return false;
    }

    private bool TryReadHeader(ReadOnlySpan<byte> bytes, out XmppEvent read, out int consumed)
    {
        (read, consumed) = (default, 0);
        var start = 0;
        if (bytes is [_, (byte)'?', ..])
        {
            var end = bytes.IndexOf("?>"u8);
            if (end < 0) return false;
            if (!bytes.StartsWith("<?xml "u8)) throw new XmppDecodeException("A processing instruction stands before the stream.");
            var next = bytes[(end + 2)..].IndexOfAnyExcept(" \t\r\n"u8);
            if (next < 0) return false;
            start = end + 2 + next;
        }
        if (bytes[start] != (byte)'<') throw new XmppDecodeException("There is text before the stream.");
        var length = TagLength(bytes[start..]);
        if (length == 0) return false;
        var tag = XmppTag.Read(bytes.Slice(start, length));
        var scope = XmppScope.Of(Root, tag);
        var (local, ns) = scope.Resolve(tag.Name);
        if (tag.IsEnd || tag.IsEmpty || local != "stream" || ns != XmppNames.Stream) throw new XmppDecodeException("It does not begin with the header of an XMPP stream.");
        (stream, name, consumed) = (scope, tag.Name, start + length);
        read = new XmppEvent(XmppEventKind.Open, new XmppElement(local, ns, XmppScope.Plain(tag), [], ""));
        return true;
    }

    private bool TryReadClose(ReadOnlySpan<byte> bytes, out XmppEvent read, out int consumed)
    {
        (read, consumed) = (default, TagLength(bytes));
        if (consumed == 0) return false;
        if (XmppTag.Read(bytes[..consumed]).Name != name) throw new XmppDecodeException("An element ends that did not begin.");
        read = new XmppEvent(XmppEventKind.Close, null);
        return true;
    }

    private static bool TryReadStanza(ReadOnlySpan<byte> bytes, XmppScope scope, out XmppEvent read, out int consumed)
    {
        (read, consumed) = (default, 0);
        var open = new Stack<Partial>();
        var (position, elements) = (0, 0);
        while (true)
        {
            var rest = bytes[position..];
            if (rest.IsEmpty) return false;
            if (rest[0] != (byte)'<')
            {
                var length = rest.IndexOf((byte)'<');
                if (length < 0) return false;
                open.Peek().Text.Append(XmppText.Unescape(XmppTag.Decode(rest[..length])));
                position += length;
                continue;
            }
            if (open.Count > 0 && rest is [_, (byte)'!', ..])
            {
                var length = TryReadCData(rest, open.Peek().Text);
                if (length == 0) return false;
                position += length;
                continue;
            }
            var tagLength = TagLength(rest);
            if (tagLength == 0) return false;
            position += tagLength;
            if (position > MaximumStanza) throw new XmppDecodeException($"A stanza is longer than {MaximumStanza:N0} bytes.");
            var tag = XmppTag.Read(rest[..tagLength]);
            if (!tag.IsEnd)
            {
                if (++elements > MaximumElements || open.Count >= MaximumDepth) throw new XmppDecodeException("A stanza has too many elements.");
                open.Push(new Partial(tag.Name, XmppScope.Of(open.Count > 0 ? open.Peek().Scope : scope, tag), XmppScope.Plain(tag)));
                if (!tag.IsEmpty) continue;
            }
            var done = open.Pop();
            if (done.Name != tag.Name) throw new XmppDecodeException("An element ends that did not begin.");
            var element = done.Whole();
            if (open.Count > 0)
            {
                open.Peek().Children.Add(element);
                continue;
            }
            (read, consumed) = (new XmppEvent(XmppEventKind.Stanza, element), position);
            return true;
        }
    }

    // 0 where it is not whole yet.
    private static int TryReadCData(ReadOnlySpan<byte> bytes, StringBuilder text)
    {
        var begin = "<![CDATA["u8;
        if (!bytes.StartsWith(begin[..Math.Min(begin.Length, bytes.Length)])) throw new XmppDecodeException("There is a comment or a document type, which XMPP does not allow.");
        var end = bytes.IndexOf("]]>"u8);
        if (end < 0) return 0;
        text.Append(XmppTag.Decode(bytes[begin.Length..end]));
        return end + 3;
    }

    private static int TagLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [_, (byte)'!' or (byte)'?', ..]) throw new XmppDecodeException("There is a comment, a document type or a processing instruction, which XMPP does not allow.");
        return XmppTag.Length(bytes);
    }

    private sealed record Partial(string Name, XmppScope Scope, Dictionary<string, string> Attributes)
    {
        public List<XmppElement> Children { get; } = [];

        public StringBuilder Text { get; } = new();

        public XmppElement Whole()
        {
            var (local, ns) = Scope.Resolve(Name);
            return new XmppElement(local, ns, Attributes, Children, Text.ToString());
        }
    }
}
