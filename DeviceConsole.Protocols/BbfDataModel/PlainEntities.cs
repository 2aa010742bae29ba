using System.Text;
using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>
/// tr-106-types.xml names a few pieces of its patterns by internal entities, and the XML reader accepts no DTD. So a document type
/// declaration that holds nothing but short entities of plain text (no reference to others, nothing external, no parameter entity)
/// is taken out beforehand and its names are replaced: one pass, no nesting, bounded length. Any other declaration stays where it
/// is, and the reader refuses it.
/// </summary>
internal static class PlainEntities
{
    private const int MostEntities = 64;
    private const int LongestEntity = 200;

    /// <summary>The document without such a declaration, with its names replaced; the same bytes where there is none.</summary>
    public static ReadOnlyMemory<byte> Inline(ReadOnlyMemory<byte> content)
    {
        if (content.Span.IndexOf("<!DOCTYPE"u8) < 0) return content;
        var text = Encoding.UTF8.GetString(content.Span);
        if (Start(text) is not (>= 0 and var start) || Parse(text, start) is not var (entities, end)) return content;
        var result = new StringBuilder(text.Length + 4096);
        result.Append(text, 0, start).Append('\n', text.AsSpan(start, end - start).Count('\n'));
        return Replace(text, end, entities, result) ? Encoding.UTF8.GetBytes(result.ToString()) : content;
    }

    // Behind the XML declaration, comments and instructions; -1 where the root element comes first.
    private static int Start(string text)
    {
        var at = text.Length > 0 && text[0] == '\uFEFF' ? 1 : 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at])) at++;
            else if (Has(text, at, "<?")) at = Behind(text, at, "?>");
            else if (Has(text, at, "<!--")) at = Behind(text, at, "-->");
            else return Has(text, at, "<!DOCTYPE") ? at : -1;
        }

        return -1;
    }

    private static (Dictionary<string, string> Entities, int End)? Parse(string text, int start)
    {
        var entities = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = Blank(text, Name(text, Blank(text, start + 9)));
        if (!Has(text, at, "[")) return null;
        at++;
        while (entities.Count <= MostEntities)
        {
            at = Blank(text, at);
            if (Has(text, at, "<!--")) at = Behind(text, at, "-->");
            else if (Has(text, at, "]")) return Blank(text, at + 1) is var end && Has(text, end, ">") ? (entities, end + 1) : null;
            else if (Entity(text, at, entities) is >= 0 and var next) at = next;
            else return null;
        }

        return null;
    }

    private static int Entity(string text, int at, Dictionary<string, string> entities)
    {
        if (!Has(text, at, "<!ENTITY ")) return -1;
        var start = Blank(text, at + 9);
        var end = Name(text, start);
        var quote = Blank(text, end);
        if (end == start || quote == end || quote >= text.Length || text[quote] is not ('"' or '\'')) return -1;
        var close = text.IndexOf(text[quote], quote + 1);
        if (close < 0 || close - quote > LongestEntity) return -1;
        var value = text[(quote + 1)..close];
        var behind = Blank(text, close + 1);
        if (value.AsSpan().IndexOfAny("<&%") >= 0 || !Has(text, behind, ">")) return -1;
        entities.TryAdd(text[start..end], value.Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&apos;", StringComparison.Ordinal));
        return behind + 1;
    }

    private static bool Replace(string text, int at, Dictionary<string, string> entities, StringBuilder result)
    {
        while (at < text.Length)
        {
            var next = text.IndexOf('&', at);
            if (next < 0) break;
            var end = Name(text, next + 1);
            var known = end < text.Length && text[end] == ';' && entities.TryGetValue(text[(next + 1)..end], out var value) ? value : null;
            result.Append(text, at, next - at).Append(known ?? "&");
            at = known is null ? next + 1 : end + 1;
            if (result.Length > DataModelLimits.File) return false;
        }

        result.Append(text, at, text.Length - at);
        return true;
    }

    private static bool Has(string text, int at, string word) => string.CompareOrdinal(text, at, word, 0, word.Length) == 0;

    private static int Behind(string text, int at, string word) => text.IndexOf(word, at, StringComparison.Ordinal) is >= 0 and var found ? found + word.Length : text.Length;

    private static int Blank(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    private static int Name(string text, int at)
    {
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.')) at++;
        return at;
    }
}
