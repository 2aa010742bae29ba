using System.Text;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Core.Mibs;

/// <summary>Writes results as comma-separated values in UTF-8, line by line.</summary>
public static class WalkExport
{
    /// <summary>A walk: name, object identifier, index in words, value, words of the MIB, type, bytes in hex.</summary>
    public static async Task WalkAsync(MibTree? tree, StoredValues values, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = Writer(output);
        await writer.WriteAsync(Csv.Line("name", "oid", "index", "value", "text", "type", "hex"));
        for (var i = 0; i < values.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var value = values[i];
            var shown = tree is null ? default : ParameterNames.Describe(tree, value);
            await writer.WriteAsync(Csv.Line(shown.Name, value.Path, Index(shown), value.Value, shown.Text, value.Type, value.RawHex));
        }
    }

    /// <summary>A table: the parts of the index, then a cell a column.</summary>
    public static async Task TableAsync(MibTree tree, StoredValues values, MibTable table, IReadOnlyList<int> rows, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = Writer(output);
        await writer.WriteAsync(Csv.Line([.. table.Index, .. table.Columns.Select(c => c.Name)]));
        foreach (var number in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = table.Row(tree, values, number);
            await writer.WriteAsync(Csv.Line([.. row.Index, .. row.Cells.Select(c => c?.Text)]));
        }
    }

    /// <summary>A difference: what happened, name, object identifier, both values with their words.</summary>
    public static async Task DiffAsync(MibTree? tree, StoredValues before, StoredValues after, WalkDiff diff, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = Writer(output);
        await writer.WriteAsync(Csv.Line("change", "name", "oid", "index", "before", "before text", "after", "after text", "type"));
        foreach (var difference in diff.Differences)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var was = difference.Before < 0 ? null : before[difference.Before];
            var now = difference.After < 0 ? null : after[difference.After];
            var (first, second) = (tree is null || was is null ? default : ParameterNames.Describe(tree, was), tree is null || now is null ? default : ParameterNames.Describe(tree, now));
            await writer.WriteAsync(Csv.Line(difference.Change.ToString().ToLowerInvariant(), second.Name ?? first.Name, (now ?? was)!.Path, Index(now is null ? first : second), was?.Value, first.Text, now?.Value, second.Text, (now ?? was)!.Type));
        }
    }

    private static StreamWriter Writer(Stream output) => new(output, new UTF8Encoding(false), 32 * 1024, leaveOpen: true);

    private static string Index(ShownName shown) => shown.Index is { Count: > 0 } parts ? string.Join(" ", parts.Select(p => $"{p.Name}={p.Text}")) : "";
}
