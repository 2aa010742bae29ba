using System.Buffers;
using System.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>The text of a clause without its marks and without the indentation of the file.</summary>
internal static class QuotedText
{
    private static readonly SearchValues<char> NeedsCleaning = SearchValues.Create("\n\t\0\"\r\f");

    private static readonly char[] Blanks = [' ', '\t', '\r', '\f', '\u001a', '\0'];

    /// <summary>Strips marks, common indentation, blanks at line ends and empty lines at both ends.</summary>
    public static string Clean(ReadOnlySpan<char> quoted)
    {
        var inner = quoted.Length > 0 && quoted[0] == '"' ? quoted[1..] : quoted;
        if (inner.Length > 0 && inner[^1] == '"') inner = inner[..^1];
        if (!inner.ContainsAny(NeedsCleaning)) return inner.Trim().ToString();
        var lines = inner.ToString().Replace("\"\"", "\"", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal)
            .Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var indent = int.MaxValue;
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = Untab(lines[i]).TrimEnd(Blanks);
            if (i > 0 && lines[i].Length > 0) indent = Math.Min(indent, lines[i].Length - lines[i].AsSpan().TrimStart(' ').Length);
        }
        lines[0] = lines[0].TrimStart(' ');
        var result = new StringBuilder(inner.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0) result.Append('\n');
            result.Append(i == 0 || lines[i].Length == 0 ? lines[i] : lines[i].AsSpan(indent));
        }
        return result.ToString().Trim('\n', ' ');
    }

    private static string Untab(string line)
    {
        if (!line.Contains('\t', StringComparison.Ordinal)) return line;
        // A line of nothing but tabs must not grow eightfold.
        if (line.Length > 4096) return line.Replace('\t', ' ');
        var result = new StringBuilder(line.Length + 16);
        foreach (var c in line)
        {
            if (c == '\t') result.Append(' ', 8 - result.Length % 8);
            else result.Append(c);
        }
        return result.ToString();
    }
}
