using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>Reads the clauses between a macro's name and its ::=, in whatever order they come.</summary>
internal sealed class ClauseParser(TokenReader reader, SmiDiagnostics diagnostics, SyntaxParser types)
{
    /// <summary>Reads up to the ::= (not taken). False where the definition ends without one.</summary>
    public bool Read(ParsedDefinition definition, ParsedModule module)
    {
        // The clauses of these two repeat SYNTAX and DESCRIPTION for other objects: only the leading ones are their own.
        var foreign = false;
        while (!reader.AtEnd && reader.Current.Kind != SmiTokenKind.Assign)
        {
            if (reader.BeginsDefinition() || reader.EndsModule()) return false;
            var token = reader.Current;
            if (token.Word is SmiWord.Module or SmiWord.Supports) foreign = true;
            if (foreign)
            {
                reader.SkipOne();
                continue;
            }
            Clause(definition, module, token);
        }
        return !reader.AtEnd;
    }

    /// <summary>Reads one clause.</summary>
    public void One(ParsedDefinition definition, ParsedModule module) => Clause(definition, module, reader.Current);

    private void Clause(ParsedDefinition definition, ParsedModule module, SmiToken token)
    {
        reader.At++;
        switch (token.Word)
        {
            case SmiWord.Syntax: definition.Syntax = types.Read() ?? definition.Syntax; break;
            case SmiWord.WriteSyntax: types.Read(); break;
            case SmiWord.Access or SmiWord.MaxAccess: definition.Access = Word() ?? definition.Access; break;
            case SmiWord.MinAccess: Word(); break;
            case SmiWord.Status: definition.Status = Word() ?? definition.Status; break;
            case SmiWord.Units: definition.Units = Quoted(token); break;
            case SmiWord.Description: definition.Description ??= Quoted(token); break;
            case SmiWord.Reference: definition.Reference = Quoted(token); break;
            case SmiWord.DisplayHint: definition.DisplayHint = Quoted(token); break;
            case SmiWord.Index: Index(definition); break;
            case SmiWord.Augments: Augments(definition); break;
            case SmiWord.Defval: definition.DefaultValue = DefaultValue(); break;
            case SmiWord.Objects or SmiWord.Notifications or SmiWord.Variables: Names(definition.Objects); break;
            case SmiWord.Enterprise: Enterprise(definition); break;
            case SmiWord.LastUpdated: module.LastUpdated ??= Quoted(token); break;
            case SmiWord.Organization: module.Organization ??= Quoted(token); break;
            case SmiWord.ContactInfo: module.Contact ??= Quoted(token); break;
            case SmiWord.ProductRelease: Quoted(token); break;
            case SmiWord.Revision: Revision(module, token); break;
            default: Unknown(definition, token); break;
        }
    }

    private void Unknown(ParsedDefinition definition, SmiToken token)
    {
        if (token.Kind is SmiTokenKind.Comma or SmiTokenKind.Semicolon)
        {
            diagnostics.Warning(token.Start, $"There is a {(token.Kind == SmiTokenKind.Comma ? "comma" : "semicolon")} too many here.");
            return;
        }
        var shown = reader.Text(token);
        diagnostics.Error(token.Start, token.Kind == SmiTokenKind.Name
            ? $"{SmiWords.Spelling(definition.Macro)} has no clause {shown}; it is left out of {definition.Name}."
            : $"\"{(shown.Length > 40 ? shown[..40] : shown)}\" has no place in {definition.Name}; a clause such as STATUS is expected here.");
        while (!reader.AtEnd && reader.Current.Kind != SmiTokenKind.Assign && !SmiWords.IsClause(reader.Current.Word) && !reader.BeginsDefinition() && !reader.EndsModule()) reader.SkipOne();
    }

    private string? Word()
    {
        var token = reader.Current;
        if (token.Kind != SmiTokenKind.Name || SmiWords.IsClause(token.Word))
        {
            diagnostics.Error(token.Start, "A word such as read-only or current is expected here.");
            return null;
        }
        reader.At++;
        return reader.Text(token);
    }

    private string? Quoted(SmiToken clause)
    {
        if (reader.TakeString() is not { } text)
        {
            diagnostics.Error(reader.Position, $"{SmiWords.Spelling(clause.Word)} is followed by a text between quotation marks.");
            return null;
        }
        // Two texts side by side are one text with a stray quotation mark inside.
        while (reader.Current.Kind == SmiTokenKind.String)
        {
            diagnostics.Warning(reader.Position, "The text before contains a quotation mark of its own; write it twice.");
            text += reader.TakeString();
        }
        return text;
    }

    private void Revision(ParsedModule module, SmiToken token)
    {
        var time = Quoted(token);
        var text = reader.Take(SmiWord.Description) ? reader.TakeString() : null;
        if (time is not null && module.Revisions.Count < 500) module.Revisions.Add(new MibRevision(time, text));
    }

    private bool OpensList()
    {
        if (reader.Take(SmiTokenKind.OpenBrace)) return true;
        diagnostics.Error(reader.Position, "A list in braces is expected here.");
        return false;
    }

    private bool InList() =>
        !reader.AtEnd && !reader.Take(SmiTokenKind.CloseBrace) && reader.Current.Kind != SmiTokenKind.Assign && !reader.BeginsDefinition() && !SmiWords.IsClause(reader.Current.Word);

    private void Names(List<string> names)
    {
        if (!OpensList()) return;
        while (InList())
        {
            if (reader.Current.Kind == SmiTokenKind.Name && reader.Peek(1).Kind != SmiTokenKind.Dot) names.Add(reader.Text(reader.Current));
            reader.At++;
        }
    }

    private void Index(ParsedDefinition definition)
    {
        if (!OpensList()) return;
        var implied = false;
        while (InList())
        {
            var token = reader.Current;
            if (token.Word == SmiWord.Implied) implied = true;
            if (token.Kind != SmiTokenKind.Name || token.Word == SmiWord.Implied || reader.Peek(1).Kind == SmiTokenKind.Dot)
            {
                reader.SkipOne();
                continue;
            }
            var name = reader.Text(token);
            reader.At++;
            // SMIv1 lets an index be a bare type, in which case a size may follow.
            if (token.Word is SmiWord.Octet or SmiWord.Object) reader.At++;
            if (token.Word == SmiWord.None) definition.Index.Add((new MibIndex(name, null, implied), token.Start));
            implied = false;
        }
    }

    private void Augments(ParsedDefinition definition)
    {
        if (!OpensList()) return;
        while (InList())
        {
            if (reader.Current.Kind == SmiTokenKind.Name && reader.Peek(1).Kind != SmiTokenKind.Dot) definition.Augments = (reader.Text(reader.Current), reader.Position);
            reader.At++;
        }
    }

    private void Enterprise(ParsedDefinition definition)
    {
        reader.Take(SmiTokenKind.OpenBrace);
        if (reader.Current.Kind == SmiTokenKind.Name)
        {
            definition.Enterprise = new OidPart(reader.Text(reader.Current), null, null, reader.Position);
            reader.At++;
        }
        reader.Take(SmiTokenKind.CloseBrace);
    }

    private string? DefaultValue()
    {
        if (!OpensList()) return null;
        var start = reader.Position;
        var depth = 1;
        while (!reader.AtEnd && reader.Current.Kind != SmiTokenKind.Assign && !reader.BeginsDefinition())
        {
            var token = reader.Current;
            if (token.Kind == SmiTokenKind.Hex && reader.Span(token)[1..^2].Length % 2 != 0)
                diagnostics.Error(token.Start, $"{reader.Text(token)} has an odd number of digits; a string takes two for each byte.");
            if (token.Kind == SmiTokenKind.OpenBrace) depth++;
            if (token.Kind == SmiTokenKind.CloseBrace && --depth == 0) break;
            if (depth == 64) diagnostics.Error(token.Start, "These braces are nested too deeply for a default value.");
            reader.At++;
        }
        var text = reader.Source(start, reader.Position).Trim();
        reader.Take(SmiTokenKind.CloseBrace);
        return text.Length > 1024 ? text[..1024] : text;
    }
}
