using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Parsing;

namespace DeviceConsole.Protocols.Smi.Resolving;

/// <summary>Resolves types down to what the wire knows, each once.</summary>
internal sealed class TypeResolver(ModuleScope scope)
{
    private const int MaximumDepth = 64;

    private readonly HashSet<string> reported = new(StringComparer.Ordinal);

    private enum State : byte { New, Open, Done }

    private readonly State[] states = new State[scope.Parsed.Types.Count];
    private readonly MibSyntax?[] found = new MibSyntax?[scope.Parsed.Types.Count];

    /// <summary>A type of the module; base type None with a diagnostic where it is circular or rests on an unknown one.</summary>
    public MibSyntax Type(int index, int depth)
    {
        var type = scope.Parsed.Types[index];
        if (states[index] == State.Done) return found[index]!;
        if (states[index] == State.Open || depth > MaximumDepth)
        {
            scope.Parsed.Diagnostics.Error(type.Position, $"The type {type.Name} is circular: it is defined by itself. Give it a base type such as Integer32.");
            return new MibSyntax(MibBaseType.None);
        }
        states[index] = State.Open;
        var syntax = BaseTypes.TryGet(type.Name, out var known) ? new MibSyntax(known) : Resolve(type.Syntax, depth + 1);
        if (syntax.BaseType == MibBaseType.None && type.Syntax.Shape == SyntaxShape.Named && scope.TypeOf(type.Syntax.Name) >= 0)
            scope.Parsed.Diagnostics.Error(type.Position, $"The type {type.Name} has no base type, because {type.Syntax.Name} is circular or has none.");
        found[index] = type.DisplayHint is null ? syntax : syntax with { DisplayHint = type.DisplayHint };
        states[index] = State.Done;
        return found[index]!;
    }

    /// <summary>What a SYNTAX clause means.</summary>
    public MibSyntax Resolve(ParsedSyntax syntax, int depth)
    {
        switch (syntax.Shape)
        {
            case SyntaxShape.SequenceOf: return new MibSyntax(MibBaseType.Table) { TypeName = syntax.Name };
            case SyntaxShape.Sequence: return new MibSyntax(MibBaseType.Row);
            case SyntaxShape.Choice: return new MibSyntax(MibBaseType.None);
        }
        var own = BaseTypes.TryGet(syntax.Name, out var type) ? new MibSyntax(type) { TypeName = syntax.Name == MibSyntax.NetworkAddress ? syntax.Name : null } : Named(syntax, depth);
        if (syntax.Labels.Count > 0) own = own with { Labels = [.. syntax.Labels] };
        if (syntax.Ranges.Count > 0) own = own with { Ranges = [.. syntax.Ranges] };
        return own is { BaseType: MibBaseType.Integer32, Labels.Count: > 0 } ? own with { BaseType = MibBaseType.Enumeration } : own;
    }

    private MibSyntax Named(ParsedSyntax syntax, int depth)
    {
        var name = syntax.Name;
        var origin = syntax.Module is { } module && module != scope.Module ? scope.Table.Origin(module, name) : scope.Find(name, syntax.Position);
        if (origin?.Type(name, depth) is { } found) return found with { TypeName = name, TypeModule = origin.Module };
        if (!reported.Add(name)) return new MibSyntax(MibBaseType.None) { TypeName = name };
        if (scope.ImportedFrom(name) is { } from) scope.Parsed.Diagnostics.Error(syntax.Position, $"The type {name} could not be taken from {from}; values of this type are shown raw until it can.");
        else scope.Parsed.Diagnostics.Error(syntax.Position, $"The type {name} is neither defined nor imported. Add it to IMPORTS, or correct its name.");
        return new MibSyntax(MibBaseType.None) { TypeName = name };
    }
}
