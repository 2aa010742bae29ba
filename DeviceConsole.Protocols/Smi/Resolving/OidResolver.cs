using DeviceConsole.Protocols.Smi.Parsing;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Resolving;

/// <summary>Finds object identifiers by following parents, each once. Circles and chains that are too long end with a diagnostic.</summary>
internal sealed class OidResolver(ModuleScope scope)
{
    /// <summary>RFC 2578 clause 3.5.</summary>
    private const int MaximumLength = 128;

    // Each step adds at least one number, but names can also stand for each other: both are bounded.
    private const int MaximumDepth = 300;

    private enum State : byte { New, Open, Done, Unknown, Circular }

    private readonly State[] states = new State[scope.Parsed.Definitions.Count];
    private readonly uint[]?[] found = new uint[]?[scope.Parsed.Definitions.Count];

    /// <summary>The object identifier of a definition; null with a diagnostic where it has none.</summary>
    public uint[]? Resolve(int index, int depth)
    {
        var definition = scope.Parsed.Definitions[index];
        if (states[index] == State.Open) return null;
        if (states[index] != State.New) return found[index];
        if (depth > MaximumDepth)
        {
            scope.Parsed.Diagnostics.Error(definition.Position, $"{definition.Name} stands below more than {MaximumLength} parents; an object identifier has at most {MaximumLength} numbers.");
            return null;
        }
        states[index] = State.Open;
        var oid = definition.Macro == SmiWord.TrapType && definition.TrapNumber is not null ? Trap(definition, index, depth) : Parts(definition, index, depth);
        found[index] = oid;
        if (states[index] == State.Open) states[index] = oid is null ? State.Unknown : State.Done;
        return oid;
    }

    private uint[]? Trap(ParsedDefinition definition, int index, int depth)
    {
        if (definition.Enterprise is not { } enterprise)
        {
            scope.Parsed.Diagnostics.Error(definition.Position, $"The trap {definition.Name} has no ENTERPRISE.");
            return null;
        }
        if (Parent(definition, index, enterprise, depth) is not { } parent) return null;
        // RFC 3584 clause 3.1 (2): specific traps stand below enterprise.0. The generic ones, which SMIv1 writes with the
        // enterprise snmp, are treated alike, as other compilers do; what devices send for them is named by SNMPv2-MIB.
        return Bounded(definition, [.. parent, 0, definition.TrapNumber!.Value]);
    }

    private uint[]? Parts(ParsedDefinition definition, int index, int depth)
    {
        if (definition.Oid is not { } parts) return null;
        var first = parts[0];
        uint[]? oid;
        if (first.Number is { } number && (first.Name is null || scope.DefinitionOf(first.Name) < 0)) oid = [number];
        else oid = Parent(definition, index, first, depth);
        for (var i = 1; i < parts.Count && oid is not null; i++)
        {
            if (parts[i].Number is { } sub) oid = [.. oid, sub];
            else oid = Parent(definition, index, parts[i], depth);
        }
        return oid is null ? null : Bounded(definition, oid);
    }

    private uint[]? Bounded(ParsedDefinition definition, uint[] oid)
    {
        if (oid.Length <= MaximumLength) return oid;
        scope.Parsed.Diagnostics.Error(definition.Position, $"{definition.Name} has {oid.Length} numbers in its object identifier; the most are {MaximumLength}.");
        return null;
    }

    private uint[]? Parent(ParsedDefinition definition, int index, OidPart part, int depth)
    {
        var name = part.Name!;
        if (part.Module is { } module && module != scope.Module)
        {
            if (scope.Table.Origin(module, name)?.Oid(name, depth + 1) is { } qualified) return qualified;
            scope.Parsed.Diagnostics.Error(part.Position, $"{module}.{name} is not known; upload {module}, or correct the name. {definition.Name} and everything below it have no object identifier until then.");
            return null;
        }
        if (name == definition.Name && scope.ImportedFrom(name) is null) return Circle(definition, index);
        var origin = name == definition.Name ? scope.Table.Origin(scope.ImportedFrom(name)!, name) : scope.Find(name, part.Position);
        if (origin?.Oid(name, depth + 1) is { } oid) return oid;
        if (ReferenceEquals(origin, scope) && scope.DefinitionOf(name) is >= 0 and var parent)
        {
            if (states[parent] is State.Open or State.Circular) return Circle(definition, index);
            return null;
        }
        if (Root(name) is { } root) return root;
        Unknown(definition, part, name, origin);
        return null;
    }

    private static uint[]? Root(string name) => name switch
    {
        "ccitt" or "itu-t" => [0],
        "iso" => [1],
        "joint-iso-ccitt" or "joint-iso-itu-t" => [2],
        _ => null,
    };

    private uint[]? Circle(ParsedDefinition definition, int index)
    {
        states[index] = State.Circular;
        scope.Parsed.Diagnostics.Error(definition.Position, $"{definition.Name} stands in a circle or below one: following its parents never reaches a root. Correct the parent in its object identifier.");
        return null;
    }

    private void Unknown(ParsedDefinition definition, OidPart part, string name, ISymbols? origin)
    {
        var from = scope.ImportedFrom(name);
        if (origin is not null && !ReferenceEquals(origin, scope)) scope.Parsed.Diagnostics.Error(part.Position, $"{name} of {origin.Module} has no object identifier itself; {definition.Name} and everything below it have none until {origin.Module} is complete.");
        else if (from is not null) scope.Parsed.Diagnostics.Error(part.Position, $"{name} could not be taken from {from}; {definition.Name} and everything below it have no object identifier until it can.");
        else scope.Parsed.Diagnostics.Error(part.Position, $"{name} is neither defined nor imported; {definition.Name} and everything below it have no object identifier. Add it to IMPORTS.");
    }
}
