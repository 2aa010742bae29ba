using System.Globalization;

namespace DeviceConsole.Core.Mibs;

/// <summary>One place of the tree of object identifiers.</summary>
public sealed class MibNode
{
    private readonly List<MibNode> children = [];

    internal MibNode(MibNode? parent, uint arc) => (Parent, Arc) = (parent, arc);

    /// <summary>The last number of its object identifier.</summary>
    public uint Arc { get; }

    /// <summary>Null for the root, which has no number.</summary>
    public MibNode? Parent { get; }

    /// <summary>The module whose definition counts here; null where no module names the place.</summary>
    public string? Module { get; private set; }

    /// <summary>The definition that counts here.</summary>
    public MibDefinition? Definition { get; private set; }

    /// <summary>Its name, or its number where it has none.</summary>
    public string Name => Definition?.Name ?? (Parent is { Parent: null } ? RootName() : Arc.ToString(CultureInfo.InvariantCulture));

    /// <summary>Places below, in the order of their numbers.</summary>
    public IReadOnlyList<MibNode> Children => children;

    /// <summary>Dotted; empty for the root.</summary>
    public string Oid
    {
        get
        {
            var arcs = new List<uint>();
            for (var node = this; node.Parent is not null; node = node.Parent) arcs.Add(node.Arc);
            arcs.Reverse();
            return MibOid.Format([.. arcs]);
        }
    }

    internal int Weight { get; private set; } = -1;

    internal MibNode? Child(uint arc)
    {
        var at = Find(arc);
        return at >= 0 ? children[at] : null;
    }

    internal MibNode GetOrAdd(uint arc)
    {
        var at = Find(arc);
        if (at >= 0) return children[at];
        var child = new MibNode(this, arc);
        children.Insert(~at, child);
        return child;
    }

    internal void Offer(string module, MibDefinition definition, int weight)
    {
        if (weight <= Weight) return;
        (Module, Definition, Weight) = (module, definition, weight);
    }

    // ITU-T X.660: no module defines the three roots.
    private string RootName() => Arc switch
    {
        0 => "itu-t",
        1 => "iso",
        2 => "joint-iso-itu-t",
        _ => Arc.ToString(CultureInfo.InvariantCulture),
    };

    private int Find(uint arc)
    {
        int low = 0, high = children.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var other = children[middle].Arc;
            if (other == arc) return middle;
            if (other < arc) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}
