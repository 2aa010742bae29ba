using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Mibs;

/// <summary>What differs at one object identifier.</summary>
public enum WalkChange
{
    /// <summary>Only in the second.</summary>
    Added,

    /// <summary>Only in the first.</summary>
    Removed,

    /// <summary>In both, with another value or type.</summary>
    Changed,
}

/// <summary>One difference: places in the two results, -1 where one has none.</summary>
public readonly record struct WalkDifference(WalkChange Change, int Before, int After);

/// <summary>Two results side by side: of one device at two moments, or of two devices.</summary>
/// <param name="Differences">In the order of the object identifiers.</param>
/// <param name="Same">How many are the same.</param>
/// <param name="Ignored">How many differ and are of a type that was to be ignored.</param>
/// <param name="Added">How many are in the second only.</param>
/// <param name="Removed">How many are in the first only.</param>
/// <param name="Changed">How many differ.</param>
public sealed record WalkDiff(IReadOnlyList<WalkDifference> Differences, int Same, int Ignored, int Added, int Removed, int Changed)
{
    /// <summary>Compares by object identifier.</summary>
    /// <param name="before">The first.</param>
    /// <param name="after">The second.</param>
    /// <param name="withCounters">False: counters and times, which differ always, are left out where both have a value.</param>
    public static WalkDiff Of(StoredValues before, StoredValues after, bool withCounters)
    {
        var places = new Dictionary<string, int>(before.Count, StringComparer.Ordinal);
        for (var i = 0; i < before.Count; i++) places.TryAdd(before.Path(i), i);
        var found = new List<(string Path, WalkDifference Difference)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int same = 0, ignored = 0;
        for (var i = 0; i < after.Count; i++)
        {
            var now = after[i];
            if (!seen.Add(now.Path)) continue;
            if (!places.Remove(now.Path, out var at))
            {
                found.Add((now.Path, new WalkDifference(WalkChange.Added, -1, i)));
                continue;
            }
            var was = before[at];
            if (was.Value == now.Value && was.Type == now.Type && was.RawHex == now.RawHex) same++;
            else if (!withCounters && was.Type == now.Type && Moves(now)) ignored++;
            else found.Add((now.Path, new WalkDifference(WalkChange.Changed, at, i)));
        }
        found.AddRange(places.Select(p => (p.Key, new WalkDifference(WalkChange.Removed, p.Value, -1))));
        found.Sort((a, b) => OidOrder.Instance.Compare(a.Path, b.Path));
        return new WalkDiff([.. found.Select(f => f.Difference)], same, ignored,
            found.Count(f => f.Difference.Change == WalkChange.Added), found.Count(f => f.Difference.Change == WalkChange.Removed), found.Count(f => f.Difference.Change == WalkChange.Changed));
    }

    private static bool Moves(ParameterValue value) => value.Type.StartsWith("Counter", StringComparison.Ordinal) || value.Type == "TimeTicks";
}
