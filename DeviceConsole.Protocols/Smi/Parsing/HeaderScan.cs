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
        var tokens = new SmiLexer(text, diagnostics, limits.Tokens).Read(cancellationToken);
        var found = Modules(new TokenReader(text, tokens), text, diagnostics);
        tokens.Return();
        return [.. found.Select(f => new MibHeader(f.Module.Name, [.. f.Module.Imports.Select(i => i.Module).Distinct(StringComparer.Ordinal)], ModuleBuilder.Time(f.LastUpdated)))];
    }

    private static List<(ParsedModule Module, string? LastUpdated)> Modules(TokenReader reader, SmiText text, SmiDiagnostics diagnostics)
    {
        var found = new List<(ParsedModule Module, string? LastUpdated)>();
        while (!reader.AtEnd)
        {
            var word = reader.Current.Word;
            if (reader.BeginsModule(0)) found.Add((new ParsedModule(reader.Text(reader.Current), text, diagnostics, reader.Position), null));
            reader.At++;
            if (found.Count == 0) continue;
            if (word == SmiWord.Imports) new ImportParser(reader, diagnostics).Read(found[^1].Module);
            else if (word == SmiWord.LastUpdated && found[^1].LastUpdated is null && reader.TakeString() is { } updated) found[^1] = (found[^1].Module, updated);
        }
        return found;
    }
}
