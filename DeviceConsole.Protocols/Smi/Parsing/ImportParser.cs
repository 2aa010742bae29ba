using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>Reads IMPORTS up to its semicolon, or up to the first definition where the semicolon is missing.</summary>
internal sealed class ImportParser(TokenReader reader, SmiDiagnostics diagnostics)
{
    /// <summary>Reads behind the word IMPORTS.</summary>
    public void Read(ParsedModule module)
    {
        var pending = new List<SmiToken>();
        while (!reader.Take(SmiTokenKind.Semicolon))
        {
            if (reader.AtEnd || reader.EndsModule() || (pending.Count == 0 && reader.BeginsDefinition()))
            {
                diagnostics.Warning(reader.Position, "The semicolon that ends IMPORTS is missing.");
                break;
            }
            if (pending.Count > 0 && reader.BeginsDefinition() && !FromFollows())
            {
                diagnostics.Error(reader.Position, "IMPORTS ends without FROM and a semicolon; name the module that the symbols come from.");
                break;
            }
            if (reader.Take(SmiWord.From)) From(module, pending);
            else if (reader.Current.Kind == SmiTokenKind.Name) pending.Add(Next());
            else reader.At++;
        }
    }

    private bool FromFollows()
    {
        for (var i = 1; i < 4; i++)
        {
            if (reader.Peek(i).Word == SmiWord.From) return true;
        }
        return false;
    }

    private SmiToken Next()
    {
        var token = reader.Current;
        reader.At++;
        return token;
    }

    private void From(ParsedModule module, List<SmiToken> pending)
    {
        if (reader.Current.Kind != SmiTokenKind.Name)
        {
            diagnostics.Error(reader.Position, "The name of a module is expected behind FROM.");
            return;
        }
        var from = Next();
        var name = reader.Text(from);
        foreach (var symbol in pending) module.Imports.Add(new ParsedImport(reader.Text(symbol), name, symbol.Start, from.Start));
        pending.Clear();
        if (reader.Current.Kind == SmiTokenKind.OpenBrace) reader.SkipOne();
    }
}
