namespace DeviceConsole.Core.Mibs;

/// <summary>A place that was found for an object identifier, and the numbers behind it.</summary>
/// <param name="Node">The deepest named place.</param>
/// <param name="Rest">What follows it: an instance, or a place that no module names.</param>
public readonly record struct MibMatch(MibNode Node, uint[] Rest);

/// <summary>Everything that a set of modules names, by object identifier and by name. Never changes once it is built.</summary>
public sealed class MibTree
{
    private const int MaximumHops = 8;

    private readonly Dictionary<string, List<(string Module, MibNode Node, MibDefinition Definition)>> names = new(StringComparer.Ordinal);
    private readonly Lazy<(string Name, MibNode Node)[]> sorted;
    private readonly Lazy<ILookup<string, MibNode>> augmenting;

    /// <summary>Builds the tree.</summary>
    /// <param name="modules">Modules; where two name the same place, an object wins over a node, then the uploaded one over the built-in one.</param>
    /// <param name="isUploaded">Tells which of them somebody uploaded.</param>
    public MibTree(IEnumerable<MibModule> modules, Func<MibModule, bool> isUploaded)
    {
        foreach (var module in modules)
        {
            var uploaded = isUploaded(module) ? 2 : 0;
            foreach (var definition in module.Definitions)
            {
                if (definition.Oid is not { } oid || !MibOid.TryParse(oid, out var arcs)) continue;
                var node = Root;
                foreach (var arc in arcs) node = node.GetOrAdd(arc);
                node.Offer(module.Name, definition, WeightOf(definition) + uploaded + (module.Language == MibLanguage.SmiV2 ? 1 : 0));
                if (!names.TryGetValue(definition.Name, out var list)) names[definition.Name] = list = new(1);
                list.Add((module.Name, node, definition));
                Count++;
            }
        }
        augmenting = new(() => names.Values.SelectMany(v => v).Where(v => v.Definition.Augments is not null && ReferenceEquals(v.Node.Definition, v.Definition)).Select(v => v.Node).ToLookup(n => n.Definition!.Augments!.Name, StringComparer.Ordinal));
        sorted = new(() => [.. names.SelectMany(n => n.Value.Select(v => v.Node).Distinct().Select(node => (n.Key, node))).OrderBy(n => n.Key, StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>The place above all others.</summary>
    public MibNode Root { get; } = new(null, 0);

    /// <summary>How many definitions are in it.</summary>
    public int Count { get; }

    /// <summary>The place with exactly this object identifier; null where no module goes there.</summary>
    public MibNode? Find(ReadOnlySpan<uint> arcs)
    {
        var node = Root;
        foreach (var arc in arcs)
        {
            if (node.Child(arc) is not { } next) return null;
            node = next;
        }
        return node;
    }

    /// <summary>The deepest named place on the way to an object identifier; null where not even its beginning has a name.</summary>
    public MibMatch? Longest(ReadOnlySpan<uint> arcs)
    {
        MibNode? best = null;
        int depth = 0, at = 0;
        for (var node = Root; at < arcs.Length && node.Child(arcs[at]) is { } next; node = next)
        {
            at++;
            if (next.Definition is not null) (best, depth) = (next, at);
        }
        return best is null ? null : new MibMatch(best, arcs[depth..].ToArray());
    }

    /// <summary>A definition by module and name.</summary>
    public MibDefinition? Definition(string? module, string name) => Named(module, name)?.Definition;

    /// <summary>A place by name, of one module or of any.</summary>
    public MibNode? ByName(string? module, string name) => Named(module, name)?.Node;

    /// <summary>
    /// What somebody typed as an object identifier: <c>1.3.6.1.2.1.1.1.0</c>, <c>sysDescr.0</c>, <c>SNMPv2-MIB::sysDescr.0</c>. Null where the name
    /// is not known or the text is neither.
    /// </summary>
    public uint[]? Resolve(string text)
    {
        text = text.Trim();
        if (MibOid.TryParse(text, out var arcs)) return arcs;
        string? module = null;
        if (text.IndexOf("::", StringComparison.Ordinal) is > 0 and var colons) (module, text) = (text[..colons], text[(colons + 2)..]);
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? text : text[..dot];
        if (ByName(module, name) is not { } node || !MibOid.TryParse(node.Oid, out var start)) return null;
        if (dot < 0) return start;
        return MibOid.TryParse(text.AsSpan(dot + 1), out var rest) && start.Length + rest.Length <= MibOid.MaximumArcs ? [.. start, .. rest] : null;
    }

    /// <summary>Places whose name contains a text, those that begin with it first; a text of numbers finds the place and what is below it.</summary>
    public IReadOnlyList<MibNode> Search(string text, int limit)
    {
        text = text.Trim();
        if (text.Length == 0) return [];
        if (char.IsAsciiDigit(text[0]) || text[0] == '.') return ByNumber(text.TrimEnd('.'), limit);
        if (text.IndexOf("::", StringComparison.Ordinal) is > 0 and var colons) text = text[(colons + 2)..];
        var exact = new List<MibNode>();
        var within = new List<MibNode>();
        foreach (var (name, node) in sorted.Value)
        {
            var at = name.IndexOf(text, StringComparison.OrdinalIgnoreCase);
            if (at == 0) exact.Add(node);
            else if (at > 0 && within.Count < limit) within.Add(node);
            if (exact.Count >= limit) break;
        }
        return [.. exact.OrderBy(n => n.Name.Length).Concat(within).Distinct().Take(limit)];
    }

    /// <summary>The index of a column's row, its own or that of the row it augments; empty where there is none.</summary>
    public IReadOnlyList<MibIndex> IndexOf(MibNode column)
    {
        var row = column.Parent;
        if (row?.Definition is not { Kind: MibKind.Row } definition) return [];
        for (var hop = 0; hop < MaximumHops; hop++)
        {
            if (definition.Index.Count > 0) return definition.Index;
            if (definition.Augments is not { } augments || Definition(augments.Module, augments.Name) is not { } other) return [];
            definition = other;
        }
        return [];
    }

    /// <summary>The rows that share this row's index by AUGMENTS, in the order of their object identifiers.</summary>
    public IReadOnlyList<MibNode> Augmenting(MibNode row) => row.Definition is { } definition ? [.. augmenting.Value[definition.Name].Where(n => Extends(n, row)).OrderBy(n => n.Oid, OidOrder.Instance)] : [];

    private bool Extends(MibNode node, MibNode row) => node.Definition?.Augments is { } augments && ReferenceEquals(ByName(augments.Module, augments.Name), row);

    private static int WeightOf(MibDefinition definition) => definition.Kind switch
    {
        MibKind.Scalar or MibKind.Table or MibKind.Row or MibKind.Column or MibKind.Notification => 16,
        MibKind.Module => 8,
        MibKind.Node => 4,
        _ => 0,
    };

    private (MibNode Node, MibDefinition Definition)? Named(string? module, string name)
    {
        if (!names.TryGetValue(name, out var list)) return null;
        foreach (var (owner, node, definition) in list)
        {
            if (module is null ? ReferenceEquals(node.Definition, definition) : owner == module) return (node, definition);
        }
        return module is null ? (list[0].Node, list[0].Definition) : null;
    }

    private List<MibNode> ByNumber(string text, int limit)
    {
        var found = new List<MibNode>();
        if (!MibOid.TryParse(text, out var arcs)) return found;
        var start = Find(arcs) ?? Longest(arcs)?.Node;
        if (start is null) return found;
        var open = new Stack<MibNode>([start]);
        while (found.Count < limit && open.TryPop(out var node))
        {
            if (node.Definition is not null) found.Add(node);
            for (var i = node.Children.Count - 1; i >= 0; i--) open.Push(node.Children[i]);
        }
        return found;
    }
}
