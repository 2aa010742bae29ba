using System.Globalization;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Usp;

/// <summary>
/// What a path with wildcards, search expressions or references stands for (TR-369 §"Path Names"): objects (ending with a dot) or parameters.
/// Otherwise an error code of USP.
/// </summary>
internal sealed class PathResolver(HomeGateway gateway)
{
    private static readonly string[] Operators = ["==", "!=", "<=", ">=", "~=", "<", ">"];

    public IReadOnlyList<string> Resolve(string path, out uint error)
    {
        error = 0;
        var segments = PathSegments.Split(path);
        if (segments.Count == 0 || segments[0] != "Device") return Fail(7026, out error);
        List<string> found = ["Device."];
        var several = false;
        for (var i = 1; i < segments.Count; i++)
        {
            if (i == segments.Count - 1 && !path.EndsWith('.')) return Parameters(found, segments[i], several, out error);
            several |= segments[i] is "*" or ['[', ..];
            found = [.. found.SelectMany(f => Step(f, segments[i]))];
            if (found.Count == 0) return several || IsKnown(segments) ? Fail(several ? 0u : 7016u, out error) : Fail(7026, out error);
        }
        return found;
    }

    private List<string> Parameters(List<string> objects, string name, bool several, out uint error)
    {
        error = 0;
        var found = objects.Where(o => !name.EndsWith("()", StringComparison.Ordinal)).Select(o => o + name).Where(p => gateway.Find(p) is not null).ToList();
        if (found.Count == 0 && !several) error = 7026;
        return found;
    }

    private IEnumerable<string> Step(string from, string segment)
    {
        if (segment == "*") return Instances(from);
        if (segment.StartsWith('[') && segment.EndsWith(']')) return Instances(from).Where(i => Matches(i, segment[1..^1]));
        if (segment.EndsWith('+')) return Follow(from + segment[..^1]);
        return gateway.Exists(from + segment + ".") && gateway.Find(from + segment) is null ? [from + segment + "."] : [];
    }

    public IEnumerable<string> Instances(string table) =>
        gateway.List(table, nextLevel: true).Where(n => n.IsObject && PathSegments.IsInstance(PathSegments.Last(n.Path))).Select(n => n.Path);

    private IEnumerable<string> Follow(string reference) =>
        gateway.Find(reference)?.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(v => v.EndsWith('.') ? v : v + ".").Where(gateway.Exists) ?? [];

    private bool Matches(string instance, string expression) =>
        expression.Split("&&", StringSplitOptions.TrimEntries).All(condition => MatchesOne(instance, condition));

    private bool MatchesOne(string instance, string condition)
    {
        foreach (var sign in Operators)
        {
            var at = condition.IndexOf(sign, StringComparison.Ordinal);
            if (at <= 0) continue;
            var wanted = condition[(at + sign.Length)..].Trim().Trim('"');
            return gateway.Find(instance + condition[..at].Trim()) is { } parameter && Compare(parameter.Value, sign, wanted);
        }
        return false;
    }

    private static bool Compare(string value, string sign, string wanted)
    {
        if (sign == "==") return value == wanted;
        if (sign == "!=") return value != wanted;
        if (sign == "~=") return value.Split(',').Contains(wanted, StringComparer.Ordinal);
        if (!decimal.TryParse(value, CultureInfo.InvariantCulture, out var left) || !decimal.TryParse(wanted, CultureInfo.InvariantCulture, out var right)) return false;
        return sign switch { "<" => left < right, ">" => left > right, "<=" => left <= right, _ => left >= right };
    }

    /// <summary>True where the data model has such a path, whatever instances there are.</summary>
    private static bool IsKnown(List<string> segments)
    {
        var at = HomeGateway.Model.Root;
        foreach (var segment in segments.Skip(1))
        {
            if (segment is "*" or ['[', ..] || PathSegments.IsInstance(segment)) continue;
            if (at.Children.FirstOrDefault(c => c.Name == segment) is not { } child) return at.Parameters.Any(p => p.Name == segment);
            at = child;
        }
        return true;
    }

    private static List<string> Fail(uint code, out uint error)
    {
        error = code;
        return [];
    }
}
