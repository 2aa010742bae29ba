using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>
/// A forward-only reader of XML 1.0 in UTF-8, for documents from devices: no DTD, no entities of one's own, no depth beyond
/// <see cref="MaximumDepth"/>, linear in time, nothing on the heap but the texts that are asked for. Namespaces are not resolved; names are
/// compared without their prefix, for devices declare and use prefixes as they please. Tolerated, because devices send it: a bare &amp;,
/// unknown entities, control characters, bytes that are no UTF-8 (taken for ISO 8859-1), anything after the root.
/// </summary>
public ref struct XmlScanner
{
    /// <summary>The most elements that may be open at once.</summary>
    public const int MaximumDepth = 64;

    private readonly ReadOnlySpan<byte> xml;
    private NameStack names;
    private ReadOnlySpan<byte> tag;
    private int position;
    private bool empty;

    /// <summary>Begins before the root.</summary>
    public XmlScanner(ReadOnlySpan<byte> xml) => this.xml = xml;

    /// <summary>What was read last.</summary>
    public XmlEvent Event { get; private set; }

    /// <summary>How many elements are open; on a start tag its element counts, on an end tag no longer.</summary>
    public int Depth { get; private set; }

    /// <summary>On a start tag the element's name without its prefix.</summary>
    public ReadOnlySpan<byte> LocalName { get; private set; }

    /// <summary>Where the event's bytes begin in the document.</summary>
    public int Offset { get; private set; }

    /// <summary>On a text its bytes as they stand in the document.</summary>
    public ReadOnlySpan<byte> Segment { get; private set; }

    /// <summary>On a text: it is a CDATA section, in which &amp; means nothing.</summary>
    public bool IsCData { get; private set; }

    /// <summary>The next event; false after the root's end.</summary>
    /// <exception cref="CwmpDecodeException">The document is not well-formed, or not one that is taken.</exception>
    public bool Read()
    {
        if (empty) return EndEmpty();
        while (true)
        {
            if (Depth == 0 && Event == XmlEvent.End) return false;
            if (position >= xml.Length) throw Broken(Event == XmlEvent.None ? "is empty" : "ends in the middle of an element");
            Offset = position;
            if (xml[position] != '<')
            {
                if (ReadText()) return true;
                continue;
            }
            var rest = xml[position..];
            if (rest.StartsWith("<!--"u8)) Skip("<!--"u8, "-->"u8);
            else if (rest.StartsWith("<?"u8)) Skip("<?"u8, "?>"u8);
            else if (rest.StartsWith("<![CDATA["u8)) return ReadCData();
            else if (rest.StartsWith("<!"u8)) throw new CwmpDecodeException("The XML has a document type declaration, which is not allowed in SOAP.");
            else if (rest.StartsWith("</"u8)) return ReadEnd();
            else return ReadStart();
        }
    }

    /// <summary>
    /// Goes to the next child of the element that was open at <paramref name="parent"/>'s depth, past whatever is left of the child before; false at the parent's end.
    /// </summary>
    public bool NextChild(int parent)
    {
        while (Depth >= parent && Read())
            if (Event == XmlEvent.Start && Depth == parent + 1) return true;
        return false;
    }

    /// <summary>True where the element has this name, whatever its prefix.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => LocalName.SequenceEqual(name);

    /// <summary>The text of the element that was just opened, up to its end, without the text of elements inside of it.</summary>
    public string ReadContent()
    {
        var depth = Depth;
        var text = "";
        StringBuilder? several = null;
        while (Depth >= depth && Read())
        {
            if (Event != XmlEvent.Text || Depth != depth) continue;
            var piece = XmlText.Decode(Segment, IsCData);
            if (text.Length == 0 && several is null) text = piece;
            else (several ??= new StringBuilder(text)).Append(piece);
        }
        return several?.ToString() ?? text;
    }

    /// <summary>The same without white space around it: names, codes and numbers, which some devices indent.</summary>
    public string ReadToken() => ReadContent().Trim();

    /// <summary>On a start tag: the raw value of the attribute with this name, whatever its prefix.</summary>
    public readonly bool TryGetAttribute(ReadOnlySpan<byte> localName, out ReadOnlySpan<byte> value)
    {
        var attributes = new XmlAttributes(tag);
        while (attributes.Read())
        {
            if (!XmlAttributes.LocalPart(attributes.Name).SequenceEqual(localName)) continue;
            value = attributes.Value;
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>On a start tag: its attributes in their order.</summary>
    public readonly XmlAttributes Attributes => new(tag);

    private static CwmpDecodeException Broken(string how) => new($"The XML {how}.");

    private static bool IsSpace(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool IsNameStart(byte c) => c is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or (byte)'_' or >= 0x80;

    private bool EndEmpty()
    {
        empty = false;
        tag = default;
        Depth--;
        Event = XmlEvent.End;
        return true;
    }

    private bool ReadText()
    {
        var length = xml[position..].IndexOf((byte)'<');
        if (length < 0) length = xml.Length - position;
        var segment = xml.Slice(position, length);
        position += length;
        if (Depth > 0)
        {
            Text(segment, cdata: false);
            return true;
        }
        // A byte order mark, white space and the like before the root.
        if (segment.StartsWith("\uFEFF"u8)) segment = segment[3..];
        foreach (var c in segment)
            if (!IsSpace(c) && c != 0) throw Broken("does not begin with an element");
        return false;
    }

    private bool ReadCData()
    {
        if (Depth == 0) throw Broken("has text outside of its root");
        position += 9;
        var length = xml[position..].IndexOf("]]>"u8);
        if (length < 0) throw Broken("ends in the middle of a CDATA section");
        Text(xml.Slice(position, length), cdata: true);
        position += length + 3;
        return true;
    }

    private void Text(ReadOnlySpan<byte> segment, bool cdata)
    {
        Event = XmlEvent.Text;
        Segment = segment;
        IsCData = cdata;
    }

    private void Skip(ReadOnlySpan<byte> open, ReadOnlySpan<byte> close)
    {
        position += open.Length;
        var length = xml[position..].IndexOf(close);
        if (length < 0) throw Broken("ends in the middle of a comment or a declaration");
        position += length + close.Length;
    }

    private bool ReadEnd()
    {
        position += 2;
        var length = xml[position..].IndexOf((byte)'>');
        if (length < 0) throw Broken("ends in the middle of an end tag");
        var name = xml.Slice(position, length).TrimEnd(" \t\r\n"u8);
        if (Depth == 0) throw Broken("has an end tag without its start");
        var (offset, size) = names[Depth - 1];
        if (!name.SequenceEqual(xml.Slice(offset, size))) throw Broken("closes another element than the one that is open");
        position += length + 1;
        tag = default;
        Depth--;
        Event = XmlEvent.End;
        return true;
    }

    private bool ReadStart()
    {
        if (Depth == MaximumDepth) throw new CwmpDecodeException($"The XML has more than {MaximumDepth} elements inside of each other.");
        var start = position + 1;
        var end = FindTagEnd(start);
        var body = xml[start..end];
        empty = body.EndsWith("/"u8);
        if (empty) body = body[..^1];
        var length = body.IndexOfAny(" \t\r\n"u8);
        var name = length < 0 ? body : body[..length];
        if (name.IsEmpty || !IsNameStart(name[0]) || name.IndexOfAny("<&'\"="u8) >= 0) throw Broken("has a tag without a name");
        names[Depth++] = (start, name.Length);
        tag = body[name.Length..];
        LocalName = XmlAttributes.LocalPart(name);
        position = end + 1;
        Event = XmlEvent.Start;
        return true;
    }

    private readonly int FindTagEnd(int start)
    {
        for (var at = start; ; at++)
        {
            var step = xml[at..].IndexOfAny("<>\"'"u8);
            if (step < 0) throw Broken("ends in the middle of a tag");
            at += step;
            if (xml[at] == '>') return at;
            if (xml[at] == '<') throw Broken("has a tag inside of a tag");
            var close = xml[(at + 1)..].IndexOf(xml[at]);
            if (close < 0) throw Broken("ends in the middle of an attribute");
            at += close + 1;
        }
    }
}
