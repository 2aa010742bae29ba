using System.Globalization;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>
/// What a whole listing says is not there: objects with nothing below them, and instances that their table does not name. Which were stored is not known here,
/// so every gap between the numbers is named, and some after the last; forgetting what was never there changes nothing.
/// </summary>
internal static class MissingInstances
{
    private const int Beyond = 4;
    // Each one is a range of the stored tree that the database looks through before the device gets its next answer.
    private const int Maximum = 64;

    /// <summary>Paths of objects that are not there, each with a dot at its end.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<string> names)
    {
        var parents = names.Select(ParentOf).ToHashSet(StringComparer.Ordinal);
        var empty = names.Where(n => n.EndsWith('.') && !parents.Contains(n) && ParentOf(n).Length > 0);
        var tables = new Dictionary<string, SortedSet<int>>(StringComparer.Ordinal);
        foreach (var name in names)
            foreach (var (table, instance) in InstancesIn(name))
                (tables.TryGetValue(table, out var known) ? known : tables[table] = []).Add(instance);
        var missing = tables.SelectMany(t => Enumerable.Range(1, Math.Min(t.Value.Max + Beyond, 1_000)).Where(n => !t.Value.Contains(n))
            .Select(n => string.Create(CultureInfo.InvariantCulture, $"{t.Key}{n}.")));
        return [.. missing.Concat(empty).Take(Maximum)];
    }

    private static string ParentOf(string name) => name[..(name.TrimEnd('.').LastIndexOf('.') + 1)];

    private static IEnumerable<(string Table, int Instance)> InstancesIn(string name)
    {
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0 && dot + 1 < name.Length;)
        {
            var next = name.IndexOf('.', dot + 1);
            if (next < 0) yield break;
            if (int.TryParse(name.AsSpan(dot + 1, next - dot - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) yield return (name[..(dot + 1)], number);
            dot = next;
        }
    }
}
