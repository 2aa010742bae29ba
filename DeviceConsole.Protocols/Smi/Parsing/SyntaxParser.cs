using System.Globalization;
using System.Numerics;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>Reads what stands behind SYNTAX or behind the ::= of a type. It never goes deeper than two levels itself.</summary>
internal sealed class SyntaxParser(TokenReader reader, SmiDiagnostics diagnostics)
{
    private const int MaximumLabels = 65_536, MaximumRanges = 1_024;

    // Of the list that is being read.
    private readonly HashSet<string> labelNames = new(StringComparer.Ordinal);
    private readonly HashSet<long> labelValues = [];

    /// <summary>The type here, or null with a diagnostic where there is none.</summary>
    public ParsedSyntax? Read()
    {
        SkipTag();
        var start = reader.Current;
        var syntax = start.Word switch
        {
            SmiWord.Sequence => Sequence(),
            SmiWord.Choice => Members(SyntaxShape.Choice, "CHOICE"),
            SmiWord.Octet => Two(SmiWord.String, "OCTET STRING"),
            SmiWord.Object => Two(SmiWord.Identifier, "OBJECT IDENTIFIER"),
            SmiWord.Integer or SmiWord.Bits or SmiWord.Null => Base(SmiWords.Spelling(start.Word)),
            _ => Named(),
        };
        if (syntax is null) return null;
        if (syntax.Shape == SyntaxShape.Named) Refinements(syntax);
        return syntax;
    }

    /// <summary>[APPLICATION 1] IMPLICIT, as in RFC 1155.</summary>
    private void SkipTag()
    {
        if (reader.Take(SmiTokenKind.OpenBracket))
        {
            for (var i = 0; i < 4 && reader.Current.Kind != SmiTokenKind.CloseBracket; i++) reader.At++;
            reader.Take(SmiTokenKind.CloseBracket);
        }
        reader.Take(SmiWord.Implicit);
    }

    private ParsedSyntax Base(string name)
    {
        var syntax = new ParsedSyntax { Shape = SyntaxShape.Named, Name = name, Position = reader.Position };
        reader.At++;
        return syntax;
    }

    private ParsedSyntax? Two(SmiWord second, string name)
    {
        var syntax = new ParsedSyntax { Shape = SyntaxShape.Named, Name = name, Position = reader.Position };
        reader.At++;
        if (reader.Take(second)) return syntax;
        diagnostics.Error(reader.Position, $"The type {name} is expected here.");
        return null;
    }

    private ParsedSyntax? Named()
    {
        var token = reader.Current;
        if (token.Kind != SmiTokenKind.Name || (SmiWords.IsClause(token.Word) && token.Word != SmiWord.Object))
        {
            diagnostics.Error(token.Start, "A type is expected here, for example Integer32 or DisplayString.");
            return null;
        }
        reader.At++;
        string? module = null;
        if (reader.Current.Kind == SmiTokenKind.Dot && reader.Peek(1).Kind == SmiTokenKind.Name)
        {
            module = reader.Text(token);
            reader.At++;
            token = reader.Current;
            reader.At++;
        }
        return new ParsedSyntax { Shape = SyntaxShape.Named, Name = reader.Text(token), Module = module, Position = token.Start };
    }

    private ParsedSyntax? Sequence()
    {
        var position = reader.Position;
        if (reader.Peek(1).Word != SmiWord.Of) return Members(SyntaxShape.Sequence, "SEQUENCE");
        reader.At += 2;
        if (reader.Current.Kind == SmiTokenKind.Name)
        {
            var name = reader.Text(reader.Current);
            reader.At++;
            return new ParsedSyntax { Shape = SyntaxShape.SequenceOf, Name = name, Position = position };
        }
        diagnostics.Error(reader.Position, "The row's type is expected behind SEQUENCE OF.");
        return null;
    }

    private ParsedSyntax Members(SyntaxShape shape, string word)
    {
        var syntax = new ParsedSyntax { Shape = shape, Name = word, Position = reader.Position };
        reader.At++;
        if (!reader.Take(SmiTokenKind.OpenBrace))
        {
            diagnostics.Error(reader.Position, $"A brace is expected behind {word}.");
            return syntax;
        }
        while (!reader.AtEnd && !reader.Take(SmiTokenKind.CloseBrace))
        {
            if (reader.Current.Kind == SmiTokenKind.Assign || reader.BeginsDefinition() || reader.EndsModule())
            {
                diagnostics.Error(reader.Position, $"The closing brace of the {word} is missing.");
                return syntax;
            }
            if (reader.Current.Kind == SmiTokenKind.Name && reader.Current.Word == SmiWord.None) Member(syntax);
            else Nested(syntax);
        }
        return syntax;
    }

    private void Member(ParsedSyntax syntax)
    {
        syntax.Members.Add((reader.Text(reader.Current), reader.Position));
        reader.At++;
        while (!reader.AtEnd && reader.Current.Kind is not (SmiTokenKind.Comma or SmiTokenKind.CloseBrace or SmiTokenKind.Assign))
        {
            // A missing comma: the next member's name and type stand behind a complete type.
            if (reader.Current.Kind == SmiTokenKind.Name && char.IsAsciiLetterLower(reader.Span(reader.Current)[0]) && reader.Previous.Kind is SmiTokenKind.Name or SmiTokenKind.CloseParenthesis or SmiTokenKind.CloseBrace
                && reader.Peek(1).Kind == SmiTokenKind.Name) break;
            if (reader.BeginsDefinition()) return;
            if (reader.Current.Word == SmiWord.Sequence && reader.Peek(1).Kind == SmiTokenKind.OpenBrace) Nested(syntax);
            else reader.SkipOne();
        }
        reader.Take(SmiTokenKind.Comma);
    }

    /// <summary>A SEQUENCE inside a SEQUENCE has no meaning in a MIB: it is stepped over as a whole.</summary>
    private void Nested(ParsedSyntax syntax)
    {
        if (reader.Current.Kind == SmiTokenKind.Comma)
        {
            if (reader.Previous.Kind == SmiTokenKind.Comma) diagnostics.Warning(reader.Position, "There is one comma too many here.");
            reader.At++;
            return;
        }
        if (syntax.Shape == SyntaxShape.Sequence) diagnostics.Error(reader.Position, "A SEQUENCE lists names with their types; nothing can be nested in it.");
        reader.SkipOne();
    }

    private void Refinements(ParsedSyntax syntax)
    {
        while (true)
        {
            if (reader.Current.Kind == SmiTokenKind.OpenBrace) Labels(syntax);
            else if (reader.Current.Kind == SmiTokenKind.OpenParenthesis) Ranges(syntax);
            else return;
        }
    }

    private void Labels(ParsedSyntax syntax)
    {
        reader.At++;
        var (names, values) = (labelNames, labelValues);
        names.Clear();
        values.Clear();
        while (!reader.AtEnd && !reader.Take(SmiTokenKind.CloseBrace))
        {
            if (reader.Take(SmiTokenKind.Comma)) continue;
            if (reader.Current.Kind == SmiTokenKind.Assign || reader.BeginsDefinition() || reader.EndsModule())
            {
                diagnostics.Error(reader.Position, "The closing brace of the list of labels is missing.");
                return;
            }
            if (!Label(syntax, names, values)) reader.SkipOne();
        }
    }

    private bool Label(ParsedSyntax syntax, HashSet<string> names, HashSet<long> values)
    {
        var token = reader.Current;
        if (token.Kind is not (SmiTokenKind.Name or SmiTokenKind.Number)) return Bad(token, "A label is expected here, as in up(1).");
        if (reader.Peek(1).Kind != SmiTokenKind.OpenParenthesis)
        {
            reader.At++;
            diagnostics.Warning(token.Start, $"The label {reader.Text(token)} has no number; it is left out.");
            return true;
        }
        reader.At += 2;
        if (Number() is not { } number || number < int.MinValue || number > uint.MaxValue)
        {
            reader.At -= 1;
            diagnostics.Error(token.Start, $"The label {reader.Text(token)} needs a number in parentheses.");
            return false;
        }
        reader.Take(SmiTokenKind.CloseParenthesis);
        var name = reader.Text(token);
        if (syntax.Labels.Count >= MaximumLabels)
        {
            if (names.Count <= MaximumLabels && names.Add(name)) diagnostics.Error(token.Start, $"A list has at most {MaximumLabels} labels; those from {name} on are left out.");
            return true;
        }
        if (!names.Add(name)) diagnostics.Error(token.Start, $"The label {name} stands twice in this list; give each a name of its own.");
        else if (!values.Add((long)number)) diagnostics.Error(token.Start, $"The number {number} stands twice in this list; {name} needs one of its own.");
        syntax.Labels.Add(new MibLabel(name, (long)number));
        return true;
    }

    private bool Bad(SmiToken token, string message)
    {
        diagnostics.Error(token.Start, message);
        return false;
    }

    private void Ranges(ParsedSyntax syntax)
    {
        var start = reader.Position;
        reader.At++;
        var depth = 1;
        if (reader.Take(SmiWord.Size) && reader.Take(SmiTokenKind.OpenParenthesis)) depth = 2;
        while (depth > 0)
        {
            if (reader.AtEnd || reader.Current.Kind == SmiTokenKind.Assign || SmiWords.IsClause(reader.Current.Word) || reader.BeginsDefinition())
            {
                diagnostics.Error(start, "The closing parenthesis of this range is missing.");
                return;
            }
            if (reader.Take(SmiTokenKind.CloseParenthesis)) depth--;
            else if (reader.Current.Kind == SmiTokenKind.OpenParenthesis) depth += TooDeep(depth);
            else if (!reader.Take(SmiTokenKind.Bar) && !reader.Take(SmiTokenKind.Comma)) Range(syntax);
        }
    }

    private int TooDeep(int depth)
    {
        if (depth == 4) diagnostics.Error(reader.Position, "These parentheses are nested too deeply for a range; one pair is enough, or two with SIZE.");
        reader.At++;
        return 1;
    }

    private void Range(ParsedSyntax syntax)
    {
        var position = reader.Position;
        if (Number() is not { } low)
        {
            diagnostics.Error(position, "A range is two numbers with two dots between them, as in 0..255.");
            reader.At++;
            return;
        }
        var high = low;
        if (reader.Take(SmiTokenKind.Range))
        {
            if (Number() is { } end)
            {
                high = end;
            }
            else
            {
                diagnostics.Error(reader.Position, "The upper end of the range is missing.");
                return;
            }
        }
        if (high < low) diagnostics.Error(position, $"The range {low}..{high} is the wrong way round; write {high}..{low}.");
        else if (syntax.Ranges.Count >= MaximumRanges)
        {
            if (syntax.Ranges.Count == MaximumRanges) diagnostics.Error(position, $"A type has at most {MaximumRanges} ranges; the others are left out.");
        }
        else if (BigInteger.Abs(low) <= ulong.MaxValue && BigInteger.Abs(high) <= ulong.MaxValue) syntax.Ranges.Add(new MibRange((decimal)low, (decimal)high));
        else diagnostics.Error(position, "The range goes beyond 64 bits; correct its ends.");
    }

    /// <summary>A decimal, hex or binary number, negative or not, MIN or MAX; null, and nothing taken, where there is none.</summary>
    private BigInteger? Number()
    {
        var negative = reader.Current.Kind == SmiTokenKind.Minus;
        var token = reader.Peek(negative ? 1 : 0);
        BigInteger? value = token.Kind switch
        {
            // Eighteen digits fit; the way over BigInteger's own reading is for the few that do not.
            SmiTokenKind.Number when token.Length <= 18 => long.Parse(reader.Span(token), NumberStyles.None, CultureInfo.InvariantCulture),
            SmiTokenKind.Number when token.Length <= 40 => BigInteger.Parse(reader.Span(token), NumberStyles.None, CultureInfo.InvariantCulture),
            SmiTokenKind.Hex when token.Length <= 40 => Digits(token, 16),
            SmiTokenKind.Binary when token.Length <= 140 => Digits(token, 2),
            SmiTokenKind.Name when token.Word == SmiWord.Min => 0,
            SmiTokenKind.Name when token.Word == SmiWord.Max => int.MaxValue,
            _ => null,
        };
        if (value is null) return null;
        reader.At += negative ? 2 : 1;
        return negative ? -value : value;
    }

    private BigInteger Digits(SmiToken token, int radix)
    {
        BigInteger value = 0;
        foreach (var c in reader.Span(token)[1..^2])
        {
            if (char.IsAsciiHexDigit(c)) value = value * radix + Convert.ToInt32(c.ToString(), 16);
        }
        return value;
    }
}
