using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Core.Mibs;

/// <summary>Tables and their orders, kept beside the values that they are of and as long as those, for everybody who looks.</summary>
public static class MibTableCache
{
    private const int MaximumOrders = 8;

    private sealed class Tables(MibTree tree)
    {
        public MibTree Tree { get; } = tree;

        public MibTable? Table { get; set; }

        public List<(MibTableView View, int[] Rows)> Orders { get; } = [];
    }

    /// <summary>The table by a tree; made anew where the library has changed.</summary>
    public static MibTable Of(MibTree tree, StoredValues values)
    {
        var kept = values.Derive("tables", _ => new List<Tables>());
        lock (kept)
        {
            if (kept.Count == 0 || !ReferenceEquals(kept[0].Tree, tree))
            {
                kept.Clear();
                kept.Add(new Tables(tree) { Table = MibTable.Of(tree, values) });
            }
            return kept[0].Table!;
        }
    }

    /// <summary>The rows of a view in their order.</summary>
    public static int[] Order(StoredValues values, MibTree tree, MibTable table, MibTableView view)
    {
        var kept = values.Derive("tables", _ => new List<Tables>());
        lock (kept)
        {
            if (kept.Count > 0 && ReferenceEquals(kept[0].Table, table) && kept[0].Orders.Find(o => o.View == view).Rows is { } known) return known;
        }
        var rows = MibTableOrder.Rows(table, tree, values, view);
        lock (kept)
        {
            if (kept.Count == 0 || !ReferenceEquals(kept[0].Table, table)) return rows;
            var orders = kept[0].Orders;
            orders.Insert(0, (view, rows));
            if (orders.Count > MaximumOrders) orders.RemoveAt(MaximumOrders);
        }
        return rows;
    }
}
