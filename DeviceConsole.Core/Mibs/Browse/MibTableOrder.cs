using System.Globalization;
using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Core.Mibs;

/// <summary>Which rows of a table somebody wants to see, in which order.</summary>
/// <param name="Column">The column's object identifier; null for the order of the index.</param>
/// <param name="Descending">The other way round.</param>
/// <param name="Filter">Words that a row has to contain, each of them, in its index or in a cell; empty for all rows.</param>
public sealed record MibTableView(string? Column, bool Descending, string Filter);

/// <summary>Filters and sorts a table's rows: numbers as numbers, addresses and names as text, empty cells last.</summary>
public static class MibTableOrder
{
    /// <summary>The rows' numbers.</summary>
    public static int[] Rows(MibTable table, MibTree tree, StoredValues values, MibTableView view)
    {
        var words = view.Filter.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var rows = words.Length == 0 ? [.. Enumerable.Range(0, table.Count)] : Enumerable.Range(0, table.Count).Where(r => Matches(table.Row(tree, values, r), words)).ToArray();
        var column = view.Column is null ? -1 : table.Columns.ToList().FindIndex(c => c.Oid == view.Column);
        if (column < 0)
        {
            if (view.Descending) Array.Reverse(rows);
            return rows;
        }
        var keys = Array.ConvertAll(rows, r => Key.Of(table.Value(values, r, column)?.Value, () => table.Row(tree, values, r).Cells[column]!.Text));
        var direction = view.Descending ? -1 : 1;
        var order = Enumerable.Range(0, rows.Length).ToArray();
        Array.Sort(order, (a, b) => Key.Compare(keys[a], keys[b], direction) is not 0 and var different ? different : rows[a].CompareTo(rows[b]));
        return Array.ConvertAll(order, i => rows[i]);
    }

    private static bool Matches(MibTableRow row, string[] words) =>
        words.All(w => row.Instance.Contains(w, StringComparison.Ordinal) || row.Index.Any(i => Contains(i, w)) || row.Cells.Any(c => c is not null && (Contains(c.Text, w) || Contains(c.Value.Value, w))));

    private static bool Contains(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;

    private readonly record struct Key(decimal? Number, string? Text)
    {
        public static Key Of(string? value, Func<string> shown) =>
            value is null ? default : decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? new Key(number, null) : new Key(null, shown());

        // Empty cells stay at the end, whichever way the others go.
        public static int Compare(Key a, Key b, int direction) => (a.IsEmpty, b.IsEmpty) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => -1,
            _ => direction * (a.Number is { } x && b.Number is { } y ? x.CompareTo(y) : a.Number is not null ? -1 : b.Number is not null ? 1 : string.Compare(a.Text, b.Text, StringComparison.OrdinalIgnoreCase)),
        };

        private bool IsEmpty => Number is null && Text is null;
    }
}
