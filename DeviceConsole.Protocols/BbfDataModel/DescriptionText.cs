using System.Text;
using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>
/// Descriptions as people read them: the markup of TR-106 ({{param|Name}}, ''slanted'', templates) becomes plain text, lines of a
/// paragraph are joined. Markup is nested a few levels deep at most; lengths are bounded.
/// </summary>
internal static class DescriptionText
{
    private const int MaximumLength = 8_000;
    private const int MostLevels = 4;

    /// <summary>The description of the node at <paramref name="path"/>, whose values have that unit.</summary>
    public static string Plain(ModelDocument document, ModelElement? description, string path = "", string units = "") =>
        description is null || description.Text.Length == 0 ? "" : Plain(description.Text, document.Templates, path, units);

    internal static string Plain(string text, IReadOnlyDictionary<string, string> templates, string path, string units)
    {
        var names = path.Split('.', StringSplitOptions.RemoveEmptyEntries).Where(s => s != "{i}").ToArray();
        var isParameter = path.Length > 0 && path[^1] != '.';
        var words = new MarkupWords(templates, isParameter ? names[^1] : "", names.Length > (isParameter ? 1 : 0) ? names[isParameter ? ^2 : ^1] : "", units);
        return Join(Expand(Cut(text), words, 0).Replace("'''", "", StringComparison.Ordinal).Replace("''", "", StringComparison.Ordinal));
    }

    /// <summary>Replaces markup, the inner one first; deeper than <see cref="MostLevels"/> it is dropped.</summary>
    internal static string Expand(string text, MarkupWords words, int level)
    {
        if (!text.Contains("{{", StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open)
        {
            result.Append(text, at, open - at);
            var close = Matching(text, open);
            if (close < 0)
            {
                at = open + 2;
                continue;
            }

            if (level < MostLevels) result.Append(words.Of(Expand(text[(open + 2)..close], words, level + 1), level));
            at = close + 2;
            if (result.Length > MaximumLength) return result.ToString();
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    private static int Matching(string text, int open)
    {
        var depth = 0;
        for (var i = open; i + 1 < text.Length; i++)
        {
            if (text[i] == '{' && text[i + 1] == '{') (depth, i) = (depth + 1, i + 1);
            else if (text[i] == '}' && text[i + 1] == '}' && --depth == 0) return i;
            else if (text[i] == '}' && text[i + 1] == '}') i++;
        }

        return -1;
    }

    internal static string Cut(string text) => text.Length <= MaximumLength ? text : text[..MaximumLength];

    // Paragraphs are parted by an empty line; items of lists keep a line of their own.
    private static string Join(string text)
    {
        var result = new StringBuilder(text.Length);
        var gap = "";
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.Length == 0)
            {
                gap = result.Length == 0 ? "" : "\n\n";
                continue;
            }

            if (gap.Length == 0 && result.Length > 0) gap = line[0] is '*' or ':' ? "\n" : " ";
            result.Append(gap).Append(line);
            gap = "";
        }

        return result.Length <= MaximumLength ? result.ToString() : result.ToString(0, MaximumLength);
    }
}
