using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Parsing;

namespace DeviceConsole.Protocols.Smi.Resolving;

/// <summary>Says where a row's type, columns and index do not fit together.</summary>
internal sealed class TableChecks(ModuleScope scope, IReadOnlyList<MibDefinition> compiled)
{
    private readonly Dictionary<string, ParsedDefinition> rows = compiled.Where(d => d.Kind == MibKind.Row).ToDictionary(d => d.Name, d => scope.Parsed.Definitions[scope.DefinitionOf(d.Name)], StringComparer.Ordinal);

    /// <summary>Checks every row of the module.</summary>
    public void Run()
    {
        var columns = compiled.Where(d => d is { Kind: MibKind.Column, Oid: not null }).ToLookup(d => d.Oid![..d.Oid!.LastIndexOf('.')], d => d.Name, StringComparer.Ordinal);
        foreach (var row in compiled)
        {
            if (row is not { Kind: MibKind.Row, Oid: not null }) continue;
            var parsed = rows[row.Name];
            Members(parsed, [.. columns[row.Oid]]);
            if (Augments(parsed)) scope.Parsed.Diagnostics.Error(parsed.Position, $"{row.Name} augments a row that augments it in turn; one of the two needs an INDEX of its own.");
        }
    }

    private void Members(ParsedDefinition row, HashSet<string> columns)
    {
        if (row.Syntax is not { } syntax || scope.TypeOf(syntax.Name) is not (>= 0 and var type)) return;
        var sequence = scope.Parsed.Types[type].Syntax;
        if (sequence.Shape != SyntaxShape.Sequence) return;
        var members = sequence.Members.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, position) in sequence.Members)
        {
            if (!columns.Contains(name)) scope.Parsed.Diagnostics.Warning(position, $"{syntax.Name} lists {name}, but {row.Name} has no such column.");
        }
        foreach (var column in columns)
        {
            if (!members.Contains(column)) scope.Parsed.Diagnostics.Warning(scope.Parsed.Definitions[scope.DefinitionOf(column)].Position, $"The column {column} is missing from {syntax.Name}.");
        }
    }

    private bool Augments(ParsedDefinition row)
    {
        var next = row;
        for (var step = 0; step < 16; step++)
        {
            if (next.Augments is not { } augments || !rows.TryGetValue(augments.Name, out next!)) return false;
            if (ReferenceEquals(next, row)) return true;
        }
        return false;
    }
}
