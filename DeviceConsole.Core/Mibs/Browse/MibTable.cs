using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Mibs;

/// <summary>A column of a table view.</summary>
/// <param name="Oid">The column's object identifier.</param>
/// <param name="Name">Its name, or its number where no module names it.</param>
/// <param name="Definition">What the MIB says; null where nothing.</param>
public sealed record MibTableColumn(string Oid, string Name, MibDefinition? Definition)
{
    /// <summary>True where the MIB lets a manager write it.</summary>
    public bool IsWritable => Definition?.Access is "read-write" or "read-create" or "write-only";

    /// <summary>True for counters, which say something as rates only.</summary>
    public bool IsCounter => Definition?.Syntax?.BaseType is MibBaseType.Counter32 or MibBaseType.Counter64;

    /// <summary>True where values are numbers that a graph can show.</summary>
    public bool IsNumeric => Definition?.Syntax?.BaseType is MibBaseType.Counter32 or MibBaseType.Counter64 or MibBaseType.Gauge32 or MibBaseType.Integer32 or MibBaseType.Unsigned32 or MibBaseType.TimeTicks;
}

/// <summary>A cell: its place in the values, the value, and its words.</summary>
public sealed record MibTableCell(int Place, ParameterValue Value, string Text);

/// <summary>A row: the numbers of its instance, the parts of its index in words, and one cell a column, null where the device has none.</summary>
public sealed record MibTableRow(string Instance, IReadOnlyList<string> Index, IReadOnlyList<MibTableCell?> Cells);

/// <summary>
/// Values of a conceptual table as rows and columns: RFC 2578 clause 7.1.12. Columns come as the MIB has them, the index is read by clause 7.7. Holds places,
/// not values.
/// </summary>
public sealed class MibTable
{
    private readonly List<(string Instance, int[] Places)> rows = [];

    private MibTable(IReadOnlyList<MibTableColumn> columns, IReadOnlyList<string> index) => (Columns, Index) = (columns, index);

    /// <summary>The columns of which the device has values, in the order of the MIB.</summary>
    public IReadOnlyList<MibTableColumn> Columns { get; private set; }

    /// <summary>The names of the index objects; a single "Index" where it is not known.</summary>
    public IReadOnlyList<string> Index { get; }

    /// <summary>How many rows there are.</summary>
    public int Count => rows.Count;

    /// <summary>The readable columns of a table, row or column, and where wanted of the rows that augment it. Empty where the place is none of these.</summary>
    public static IReadOnlyList<MibNode> ColumnsOf(MibTree tree, MibNode node, bool withAugmenting)
    {
        if (RowOf(node) is not { } row) return [];
        IEnumerable<MibNode> list = [row, .. withAugmenting ? tree.Augmenting(row) : []];
        return [.. list.SelectMany(r => r.Children).Where(c => c.Definition is { Kind: MibKind.Column, Access: not ("not-accessible" or "accessible-for-notify" or "write-only") })];
    }

    /// <summary>The conceptual row of a table, a row or a column; null for anything else.</summary>
    public static MibNode? RowOf(MibNode node) => node.Definition?.Kind switch
    {
        MibKind.Table => node.Children.FirstOrDefault(c => c.Definition?.Kind == MibKind.Row),
        MibKind.Row => node,
        MibKind.Column when node.Parent?.Definition?.Kind == MibKind.Row => node.Parent,
        _ => null,
    };

    /// <summary>Sorts values into rows: by the instance behind the column that the MIB names.</summary>
    public static MibTable Of(MibTree tree, StoredValues values)
    {
        var columns = new Dictionary<string, (MibNode? Node, int At)>(StringComparer.Ordinal);
        var found = new List<(string Oid, MibNode? Node)>();
        var cells = new List<(string Instance, int Column, int Place)>(values.Count);
        var lastColumn = ("", -1);
        for (var place = 0; place < values.Count; place++)
        {
            var path = values.Path(place);
            // Neighbours are mostly of one column.
            if (lastColumn.Item2 < 0 || path.Length <= lastColumn.Item1.Length || path[lastColumn.Item1.Length] != '.' || !path.StartsWith(lastColumn.Item1, StringComparison.Ordinal))
            {
                if (ColumnOf(tree, path) is not { } column) continue;
                if (!columns.TryGetValue(column.Oid, out var known))
                {
                    columns[column.Oid] = known = (column.Node, found.Count);
                    found.Add(column);
                }
                lastColumn = (column.Oid, known.At);
            }
            cells.Add((path[(lastColumn.Item1.Length + 1)..], lastColumn.Item2, place));
        }
        var order = Enumerable.Range(0, found.Count).OrderBy(i => found[i].Oid, OidOrder.Instance).ToList();
        var table = new MibTable([.. order.Select(i => Column(found[i].Oid, found[i].Node))], IndexNames(tree, found.Count == 0 ? null : found[order[0]].Node));
        table.Fill(cells, order);
        table.DropIndexColumns(tree, values);
        return table;
    }

    /// <summary>One row.</summary>
    public MibTableRow Row(MibTree tree, StoredValues values, int row)
    {
        var (instance, places) = rows[row];
        var cells = new MibTableCell?[places.Length];
        for (var i = 0; i < places.Length; i++) cells[i] = places[i] < 0 ? null : Cell(tree, values, i, places[i]);
        return new MibTableRow(instance, IndexParts(tree, instance), cells);
    }

    /// <summary>The instance of a row.</summary>
    public string Instance(int row) => rows[row].Instance;

    /// <summary>The value of a cell as the device gave it; null where it has none.</summary>
    public ParameterValue? Value(StoredValues values, int row, int column) => rows[row].Places[column] is >= 0 and var place ? values[place] : null;

    internal MibTableCell Cell(MibTree tree, StoredValues values, int column, int place)
    {
        var value = values[place];
        return new MibTableCell(place, value, (Columns[column].Definition is { } definition ? ValueFormatter.Format(tree, definition, value) : null) ?? value.Value ?? "");
    }

    private void Fill(List<(string Instance, int Column, int Place)> cells, List<int> order)
    {
        var at = new int[order.Count];
        for (var i = 0; i < order.Count; i++) at[order[i]] = i;
        var byInstance = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var (instance, column, place) in cells)
        {
            if (!byInstance.TryGetValue(instance, out var places))
            {
                byInstance[instance] = places = new int[order.Count];
                Array.Fill(places, -1);
                rows.Add((instance, places));
            }
            places[at[column]] = place;
        }
        rows.Sort((a, b) => OidOrder.Instance.Compare(a.Instance, b.Instance));
    }

    // A readable index stands before the row already; as a column it stays only where the device's value is another one, or where it is all there is.
    private void DropIndexColumns(MibTree tree, StoredValues values)
    {
        for (var column = Columns.Count - 1; column >= 0 && Columns.Count > 1; column--)
        {
            var (at, own) = (-1, Columns[column]);
            for (var i = 0; i < Index.Count; i++) if (Index[i] == own.Name && own.Definition is not null) at = i;
            if (at < 0 || !rows.TrueForAll(r => r.Places[column] < 0 || Cell(tree, values, column, r.Places[column]).Text == IndexParts(tree, r.Instance)[at])) continue;
            Columns = [.. Columns.Where((_, i) => i != column)];
            for (var i = 0; i < rows.Count; i++) rows[i] = (rows[i].Instance, [.. rows[i].Places.Where((_, p) => p != column)]);
        }
    }

    private static (string Oid, MibNode? Node)? ColumnOf(MibTree tree, string path)
    {
        if (!MibOid.TryParse(path, out var arcs) || tree.Longest(arcs) is not { Rest.Length: > 0 } match) return null;
        if (match.Node.Definition!.Kind == MibKind.Column) return (match.Node.Oid, match.Node);
        // A column that the device has and the module does not know.
        return match.Node.Definition.Kind == MibKind.Row && match.Rest.Length > 1 ? ($"{match.Node.Oid}.{match.Rest[0]}", null) : null;
    }

    private static MibTableColumn Column(string oid, MibNode? node) => node is null ? new MibTableColumn(oid, oid[(oid.LastIndexOf('.') + 1)..], null) : new MibTableColumn(oid, node.Name, node.Definition);

    private static IReadOnlyList<string> IndexNames(MibTree tree, MibNode? column) =>
        column is not null && tree.IndexOf(column) is { Count: > 0 } index ? [.. index.Select(i => i.Name)] : ["Index"];

    private IReadOnlyList<string> IndexParts(MibTree tree, string instance)
    {
        if (Columns.Count > 0 && MibOid.TryParse(Columns[0].Oid, out var column) && tree.Find(column) is { } node && MibOid.TryParse(instance, out var rest)
            && InstanceDecoder.Decode(tree, node, rest) is { } parts && parts.Count == Index.Count) return [.. parts.Select(p => p.Text)];
        // Numbers that do not fit the index are shown as they are.
        return [instance, .. Enumerable.Repeat("", Index.Count - 1)];
    }
}
