using System.Buffers;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>The text of a clause without its marks and without the indentation of the file.</summary>
internal static class QuotedText
{
    private const int TabStop = 8;

    // A line of nothing but tabs must not grow eightfold.
    private const int LongestWithTabs = 4096;

    private static readonly SearchValues<char> NeedsCleaning = SearchValues.Create("\n\t\0\"\r\f");
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r");
    private static readonly SearchValues<char> Changed = SearchValues.Create("\t\0\"");

    /// <summary>Strips marks, common indentation, blanks at line ends and empty lines at both ends.</summary>
    public static string Clean(ReadOnlySpan<char> quoted)
    {
        var inner = quoted.Length > 0 && quoted[0] == '"' ? quoted[1..] : quoted;
        if (inner.Length > 0 && inner[^1] == '"') inner = inner[..^1];
        if (!inner.ContainsAny(NeedsCleaning)) return inner.Trim().ToString();
        var buffer = ArrayPool<char>.Shared.Rent(inner.Length + (LongestWithTabs * TabStop));
        try
        {
            var (length, indent) = Lines(inner, ref buffer);
            return Unindent(buffer.AsSpan(0, length), indent).Trim("\n ").ToString();
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    // Writes the lines with plain ends; gives the indentation that all but the first have in common.
    private static (int Length, int Indent) Lines(ReadOnlySpan<char> text, ref char[] buffer)
    {
        var (length, indent) = (0, int.MaxValue);
        for (var isFirst = true; ; isFirst = false)
        {
            var end = text.IndexOfAny(LineEnds);
            var line = end < 0 ? text : text[..end];
            var start = length;
            length = Append(line, ref buffer, length);
            while (length > start && buffer[length - 1] is ' ' or '\f' or '\u001a') length--;
            if (!isFirst && length > start) indent = Math.Min(indent, buffer.AsSpan(start, length - start).IndexOfAnyExcept(' '));
            if (end < 0) return (length, indent);
            text = text[(end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1))..];
            buffer[length++] = '\n';
        }
    }

    private static int Append(ReadOnlySpan<char> line, ref char[] buffer, int length)
    {
        // Room for this line however its tabs grow, and for what follows as it is.
        var needed = length + (line.Length > LongestWithTabs ? line.Length : line.Length * TabStop) + 1;
        if (needed > buffer.Length) Grow(ref buffer, length, needed * 2);
        if (!line.ContainsAny(Changed))
        {
            line.CopyTo(buffer.AsSpan(length));
            return length + line.Length;
        }
        var start = length;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\0') continue;
            if (c == '"' && i + 1 < line.Length && line[i + 1] == '"') i++;
            var width = c == '\t' && line.Length <= LongestWithTabs ? TabStop - ((length - start) % TabStop) : 1;
            if (c == '\t') c = ' ';
            for (; width > 0; width--) buffer[length++] = c;
        }
        return length;
    }

    private static void Grow(ref char[] buffer, int length, int needed)
    {
        var larger = ArrayPool<char>.Shared.Rent(needed);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<char>.Shared.Return(buffer);
        buffer = larger;
    }

    // In place: what is read lies never before what is written.
    private static Span<char> Unindent(Span<char> text, int indent)
    {
        if (indent is 0 or int.MaxValue) return text;
        var (from, to) = (0, 0);
        for (var isFirst = true; from < text.Length; isFirst = false)
        {
            var end = text[from..].IndexOf('\n');
            var next = end < 0 ? text.Length : from + end + 1;
            if (!isFirst && end != 0) from += indent;
            text[from..next].CopyTo(text[to..]);
            to += next - from;
            from = next;
        }
        return text[..to];
    }
}
