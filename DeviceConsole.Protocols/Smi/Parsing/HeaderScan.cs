using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Resolving;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>Finds the modules of a file and what they import, and nothing else.</summary>
internal static class HeaderScan
{
    /// <summary>All of them, in the order of the file.</summary>
    public static IReadOnlyList<MibHeader> Read(MibSource source, MibLimits limits, CancellationToken cancellationToken)
    {
        if (source.Bytes.Length > limits.FileBytes) return [];
        using var text = SmiText.Decode(source.FileName, source.Bytes.Span);
        // What is wrong with the file is said when it is compiled.
        var diagnostics = new SmiDiagnostics(text, 0);
        var end = EndOfHeaders(text.Characters);
        var found = Read(text, diagnostics, end, limits, cancellationToken, out var isCut);
        if (isCut) found = Read(text, diagnostics, text.Length, limits, cancellationToken, out _);
        return [.. found.Select(f => new MibHeader(f.Module.Name, [.. f.Module.Imports.Select(i => i.Module).Distinct(StringComparer.Ordinal)], ModuleBuilder.Time(f.LastUpdated)))];
    }

    // Behind the last of the words that a header consists of nothing is looked for: most of a file is not read at all.
    private static int EndOfHeaders(ReadOnlySpan<char> text)
    {
        var last = Math.Max(text.LastIndexOf("DEFINITIONS"), Math.Max(text.LastIndexOf("IMPORTS"), text.LastIndexOf("LAST-UPDATED")));
        if (last < 0) return 0;
        var rest = text[last..];
        var length = rest[0] == 'L' && rest.IndexOf('"') is >= 0 and var open && rest[(open + 1)..].IndexOf('"') is >= 0 and var close ? open + 1 + close : rest.IndexOf(';');
        return length < 0 ? text.Length : last + length + 1;
    }

    private static List<(ParsedModule Module, string? LastUpdated)> Read(SmiText text, SmiDiagnostics diagnostics, int end, MibLimits limits, CancellationToken cancellationToken, out bool isCut)
    {
        var tokens = new SmiLexer(text, diagnostics, limits.Tokens).Read(end, cancellationToken);
        // A semicolon that stood in a comment did not end the imports.
        var found = Modules(new TokenReader(text, tokens), text, diagnostics, out isCut);
        isCut &= end < text.Length;
        tokens.Return();
        return found;
    }

    private static List<(ParsedModule Module, string? LastUpdated)> Modules(TokenReader reader, SmiText text, SmiDiagnostics diagnostics, out bool endsWithin)
    {
        endsWithin = false;
        var found = new List<(ParsedModule Module, string? LastUpdated)>();
        while (!reader.AtEnd)
        {
            var word = reader.Current.Word;
            if (reader.BeginsModule(0)) found.Add((new ParsedModule(reader.Text(reader.Current), text, diagnostics, reader.Position), null));
            reader.At++;
            if (found.Count == 0) continue;
            if (word == SmiWord.Imports)
            {
                new ImportParser(reader, diagnostics).Read(found[^1].Module);
                endsWithin = reader.AtEnd && reader.Previous.Kind != SmiTokenKind.Semicolon;
            }
            else if (word == SmiWord.LastUpdated && found[^1].LastUpdated is null && reader.TakeString() is { } updated)
            {
                found[^1] = (found[^1].Module, updated);
            }
        }
        return found;
    }
}
