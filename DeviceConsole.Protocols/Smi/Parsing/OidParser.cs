using System.Globalization;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>Reads an object identifier between braces.</summary>
internal sealed class OidParser(TokenReader reader, SmiDiagnostics diagnostics)
{
    /// <summary>The parts, or null with a diagnostic. Goes behind the closing brace where there is one.</summary>
    /// <param name="owner">The name being defined, for the sentence.</param>
    public List<OidPart>? Read(string owner)
    {
        if (!reader.Take(SmiTokenKind.OpenBrace))
        {
            diagnostics.Error(reader.Position, $"{owner} needs an object identifier in braces here, as in {{ enterprises 9 }}.");
            return null;
        }
        var parts = new List<OidPart>(4);
        var good = true;
        while (!reader.Take(SmiTokenKind.CloseBrace))
        {
            if (reader.AtEnd || reader.BeginsDefinition() || reader.EndsModule() || reader.Current.Kind == SmiTokenKind.Assign)
            {
                diagnostics.Error(reader.Position, $"The closing brace of {owner}'s object identifier is missing.");
                break;
            }
            if (reader.Take(SmiTokenKind.Comma) || reader.Take(SmiTokenKind.Dot)) continue;
            good &= Part(owner, parts);
        }
        if (good && parts.Count == 0) diagnostics.Error(reader.Position, $"{owner}'s object identifier is empty; name its parent and its number.");
        return good && parts.Count > 0 ? parts : null;
    }

    private bool Part(string owner, List<OidPart> parts)
    {
        var token = reader.Current;
        reader.At++;
        if (token.Kind == SmiTokenKind.Number) return Number(owner, token) is { } number && Add(parts, new OidPart(null, null, number, token.Start));
        if (token.Kind != SmiTokenKind.Name)
        {
            diagnostics.Error(token.Start, token.Kind == SmiTokenKind.Minus
                ? $"{owner} has a negative number in its object identifier; the numbers are 0 to 4294967295."
                : $"{owner}'s object identifier consists of names and numbers; \"{reader.Text(token)}\" is neither.");
            return false;
        }
        string? module = null;
        if (reader.Current.Kind == SmiTokenKind.Dot && reader.Peek(1).Kind == SmiTokenKind.Name && parts.Count == 0)
        {
            module = reader.Text(token);
            token = reader.Peek(1);
            reader.At += 2;
        }
        var name = reader.Text(token);
        if (reader.Current.Kind != SmiTokenKind.OpenParenthesis) return Add(parts, new OidPart(name, module, null, token.Start));
        var inner = reader.Peek(1);
        reader.At += 2;
        reader.Take(SmiTokenKind.CloseParenthesis);
        if (inner.Kind == SmiTokenKind.Number) return Number(owner, inner) is { } labelled && Add(parts, new OidPart(name, module, labelled, token.Start));
        diagnostics.Error(inner.Start, $"A number is expected in the parentheses behind {name}.");
        return false;
    }

    private static bool Add(List<OidPart> parts, OidPart part)
    {
        if (parts.Count < 256) parts.Add(part);
        return true;
    }

    private uint? Number(string owner, SmiToken token)
    {
        if (uint.TryParse(reader.Span(token), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        diagnostics.Error(token.Start, $"{owner} has a number in its object identifier that does not fit; the numbers are 0 to 4294967295.");
        return null;
    }
}
