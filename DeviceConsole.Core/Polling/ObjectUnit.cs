using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Core.Polling;

/// <summary>In which unit the values of an object are drawn.</summary>
public static class ObjectUnit
{
    /// <summary>The most characters of a unit.</summary>
    public const int Longest = 30;

    private const string PerSecond = "per second";

    /// <summary>True where of an object's values only their increase says something.</summary>
    public static bool IsCounter(MibDefinition? definition) => definition?.Syntax?.BaseType is MibBaseType.Counter32 or MibBaseType.Counter64;

    /// <summary>Its UNITS clause (RFC 2578 clause 7.2), of counters per second; empty where nothing is known of it.</summary>
    /// <param name="definition">The object; null where no MIB names it.</param>
    /// <param name="isRate">Drawn is the increase in a second.</param>
    public static string Of(MibDefinition? definition, bool isRate)
    {
        var units = definition?.Units?.Trim() is { Length: > 0 and <= Longest } stated ? stated : definition?.Syntax?.BaseType == MibBaseType.TimeTicks ? "1/100 s" : "";
        if (!isRate) return units;
        return units.Length > 0 && units.Length + 1 + PerSecond.Length <= Longest ? $"{units} {PerSecond}" : PerSecond;
    }

    /// <summary>The same for an object or an instance of it.</summary>
    public static string Of(MibTree tree, string oid, bool isRate) => Of(MibOid.TryParse(oid, out var arcs) ? DefinitionOf(tree.Longest(arcs)?.Node) : null, isRate);

    // Some modules name instances (sysUpTimeInstance).
    private static MibDefinition? DefinitionOf(MibNode? node) => node is { Definition.Kind: MibKind.Node, Parent.Definition.Kind: MibKind.Scalar or MibKind.Column } ? node.Parent.Definition : node?.Definition;
}
