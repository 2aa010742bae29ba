using System.Globalization;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>Reads the modules of a file. A bad definition loses only itself: reading goes on at the next one.</summary>
internal sealed class SmiParser
{
    private readonly SmiText text;
    private readonly SmiDiagnostics diagnostics;
    private readonly TokenReader reader;
    private readonly SyntaxParser types;
    private readonly OidParser oids;
    private readonly ClauseParser clauses;
    private readonly CancellationToken cancellation;

    /// <summary>A parser for one file.</summary>
    public SmiParser(SmiText text, SmiTokens tokens, SmiDiagnostics diagnostics, CancellationToken cancellation)
    {
        (this.text, this.diagnostics, this.cancellation) = (text, diagnostics, cancellation);
        reader = new TokenReader(text, tokens);
        types = new SyntaxParser(reader, diagnostics);
        oids = new OidParser(reader, diagnostics);
        clauses = new ClauseParser(reader, diagnostics, types);
    }

    /// <summary>All modules, in order.</summary>
    public List<ParsedModule> Read()
    {
        var modules = new List<ParsedModule>();
        while (!reader.AtEnd)
        {
            if (!reader.BeginsModule(0))
            {
                reader.At++;
                continue;
            }
            if (modules.Count > 0) modules[^1].End = reader.Position;
            modules.Add(Module(modules.Count == 0 ? 0 : reader.Position));
        }
        if (modules.Count > 0) modules[^1].End = int.MaxValue;
        return modules;
    }

    private ParsedModule Module(int start)
    {
        var name = reader.Text(reader.Current);
        reader.At++;
        if (reader.Current.Kind == SmiTokenKind.OpenBrace) reader.SkipOne();
        var module = new ParsedModule(name, text, diagnostics, start);
        reader.Take(SmiWord.Definitions);
        while (reader.Current.Word is SmiWord.Implicit || (reader.Current.Kind == SmiTokenKind.Name && reader.Span(reader.Current) is "TAGS" or "EXPLICIT" or "AUTOMATIC")) reader.At++;
        if (!reader.Take(SmiTokenKind.Assign)) diagnostics.Warning(reader.Position, $"\"::=\" is expected behind {name} DEFINITIONS.");
        if (!reader.Take(SmiWord.Begin)) diagnostics.Warning(reader.Position, $"BEGIN is expected here, at the beginning of {name}.");
        Body(module);
        PassingNames(module);
        return module;
    }

    private void Body(ParsedModule module)
    {
        while (!reader.BeginsModule(0))
        {
            cancellation.ThrowIfCancellationRequested();
            if (reader.AtEnd)
            {
                diagnostics.Error(reader.Position, $"The file ends before the END of {module.Name}; it may have been cut off. What was read can be used.");
                return;
            }
            if (reader.EndsModule() && reader.Take(SmiWord.End)) return;
            One(module);
        }
        diagnostics.Warning(reader.Position, $"END of {module.Name} is missing before the next module.");
    }

    private void One(ParsedModule module)
    {
        if (reader.Take(SmiWord.Imports))
        {
            new ImportParser(reader, diagnostics).Read(module);
        }
        else if (reader.Take(SmiWord.Exports))
        {
            while (!reader.AtEnd && !reader.Take(SmiTokenKind.Semicolon) && !reader.BeginsDefinition()) reader.At++;
        }
        else if (reader.BeginsDefinition())
        {
            Definition(module);
        }
        else if (reader.Current.Kind is SmiTokenKind.Semicolon or SmiTokenKind.Comma)
        {
            diagnostics.Warning(reader.Position, "There is one sign too many here.");
            reader.At++;
        }
        else
        {
            Stray();
        }
    }

    private void Stray()
    {
        var token = reader.Current;
        var next = reader.Peek(1);
        var shown = reader.Text(token);
        if (token.Kind == SmiTokenKind.Name && next.Kind == SmiTokenKind.Name && next.Word == SmiWord.None && !reader.Text(next).Any(char.IsAsciiLetterLower))
            diagnostics.Error(next.Start, $"There is no macro {reader.Text(next)}; {shown} is left out.");
        else
            diagnostics.Error(token.Start, $"A definition is expected here, but \"{(shown.Length > 40 ? shown[..40] : shown)}\" stands here; everything up to the next definition is left out.");
        reader.SkipToDefinition();
    }

    private void Definition(ParsedModule module)
    {
        var name = reader.Current;
        var next = reader.Peek(1);
        reader.At++;
        if (next.Word == SmiWord.Macro) SkipMacro();
        else if (SmiWords.IsMacro(next.Word)) Macro(module, name, next.Word);
        else if (next.Word == SmiWord.Object) Node(module, name);
        else Type(module, name);
    }

    private void SkipMacro()
    {
        while (!reader.AtEnd && !reader.Take(SmiWord.End)) reader.At++;
    }

    private void Node(ParsedModule module, SmiToken name)
    {
        reader.At += 3;
        var definition = new ParsedDefinition(reader.Text(name), SmiWord.Object, name.Start);
        definition.Oid = oids.Read(definition.Name);
        module.Definitions.Add(definition);
    }

    private void Macro(ParsedModule module, SmiToken name, SmiWord macro)
    {
        reader.At++;
        var definition = new ParsedDefinition(reader.Text(name), macro, name.Start);
        if (clauses.Read(definition, module))
        {
            reader.At++;
            Value(definition);
        }
        else
        {
            diagnostics.Error(name.Start, $"{definition.Name} ends without \"::=\" and an object identifier.");
        }
        if (macro == SmiWord.ModuleIdentity) module.Description ??= definition.Description;
        module.Definitions.Add(definition);
    }

    private void Value(ParsedDefinition definition)
    {
        if (definition.Macro == SmiWord.TrapType && reader.Current.Kind == SmiTokenKind.Number)
        {
            if (uint.TryParse(reader.Span(reader.Current), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) definition.TrapNumber = number;
            else diagnostics.Error(reader.Position, $"The number of the trap {definition.Name} does not fit; the numbers are 0 to 4294967295.");
            reader.At++;
            return;
        }
        definition.Oid = oids.Read(definition.Name);
    }

    /// <summary>Names given in passing, as in <c>{ iso org(3) dod(6) 1 }</c>, are nodes too where nobody else defines them.</summary>
    private static void PassingNames(ParsedModule module)
    {
        var names = module.Definitions.Select(d => d.Name).Concat(module.Imports.Select(i => i.Symbol)).ToHashSet(StringComparer.Ordinal);
        foreach (var parts in module.Definitions.Select(d => d.Oid).OfType<List<OidPart>>().ToList())
        {
            for (var i = 1; i < parts.Count - 1; i++)
            {
                if (parts[i] is { Name: { } name, Number: not null } part && names.Add(name))
                    module.Definitions.Add(new ParsedDefinition(name, SmiWord.Object, part.Position) { Oid = parts[..(i + 1)] });
            }
        }
    }

    private void Type(ParsedModule module, SmiToken name)
    {
        reader.Take(SmiTokenKind.Assign);
        if (reader.Take(SmiWord.TextualConvention))
        {
            Convention(module, name);
            return;
        }
        if (types.Read() is { } syntax) module.Types.Add(new ParsedType(reader.Text(name), name.Start, syntax));
        else if (!reader.BeginsDefinition()) reader.SkipToDefinition();
    }

    private void Convention(ParsedModule module, SmiToken name)
    {
        var clause = new ParsedDefinition(reader.Text(name), SmiWord.TextualConvention, name.Start);
        // A textual convention has no ::= of its own: its SYNTAX is the last clause.
        while (clause.Syntax is null && !reader.AtEnd && reader.Current.Kind != SmiTokenKind.Assign && !reader.BeginsDefinition() && !reader.EndsModule()) clauses.One(clause, module);
        if (clause.Syntax is { } syntax)
        {
            module.Types.Add(new ParsedType(clause.Name, name.Start, syntax) { DisplayHint = clause.DisplayHint, Status = clause.Status, Description = clause.Description });
            return;
        }
        diagnostics.Error(name.Start, $"The textual convention {clause.Name} has no SYNTAX that could be read.");
        if (!reader.BeginsDefinition() && !reader.EndsModule()) reader.SkipToDefinition();
    }
}
