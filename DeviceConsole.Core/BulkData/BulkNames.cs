using System.Globalization;

namespace DeviceConsole.Core.BulkData;

/// <summary>
/// From the names of a report to paths (TR-369 A.4.4, A.4.5): an alternative name has the instance numbers of the reference's wildcards behind it, and
/// behind these, where the reference is an object, the rest of the path. A name that no parameter of the profile explains is kept as it is.
/// </summary>
internal sealed class BulkNames
{
    private readonly List<(string Prefix, string[] Reference, int Wildcards, bool IsObject, string Graph)> named = [];
    private readonly List<(string[] Reference, bool IsObject, string Graph)> plain = [];

    public BulkNames(IReadOnlyList<BulkParameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            var isObject = parameter.Reference.EndsWith('.');
            var parts = parameter.Reference.TrimEnd('.').Split('.');
            plain.Add((parts, isObject, parameter.Graph));
            if (parameter.Name.Length > 0) named.Add((parameter.Name, parts, parts.Count(p => p == "*"), isObject, parameter.Graph));
        }
        // The longest first: of "A" and "A.1" the second is meant by "A.1.2".
        named.Sort((a, b) => b.Prefix.Length.CompareTo(a.Prefix.Length));
    }

    /// <summary>The path that a name stands for, and what becomes of it as a graph.</summary>
    public (string Path, string Graph) Resolve(string name)
    {
        foreach (var item in named)
            if (name.StartsWith(item.Prefix, StringComparison.Ordinal) && Path(name[item.Prefix.Length..], item) is { } path) return (path, item.Graph);
        foreach (var (reference, isObject, graph) in plain)
            if (Matches(name, reference, isObject)) return (name, graph);
        return (name, BulkGraphs.Automatic);
    }

    private static string? Path(string rest, (string Prefix, string[] Reference, int Wildcards, bool IsObject, string Graph) item)
    {
        if (rest.Length > 0 && rest[0] != '.') return null;
        string[] parts = rest.Length == 0 ? [] : rest[1..].Split('.');
        if (item.IsObject ? parts.Length <= item.Wildcards : parts.Length != item.Wildcards) return null;
        for (var i = 0; i < item.Wildcards; i++)
            if (!IsInstance(parts[i])) return null;
        var next = 0;
        var path = string.Join('.', item.Reference.Select(p => p == "*" ? parts[next++] : p));
        return item.IsObject ? $"{path}.{string.Join('.', parts[item.Wildcards..])}" : path;
    }

    private static bool Matches(string name, string[] reference, bool isObject)
    {
        var parts = name.Split('.');
        if (isObject ? parts.Length <= reference.Length : parts.Length != reference.Length) return false;
        for (var i = 0; i < reference.Length; i++)
            if (reference[i] != parts[i] && !(reference[i] == "*" && IsInstance(parts[i]))) return false;
        return true;
    }

    /// <summary>A path with <c>*</c> for its instance numbers, and these.</summary>
    public static (string Object, string Label) Split(string path)
    {
        var parts = path.Split('.');
        var instances = parts.Where(IsInstance).ToArray();
        return (string.Join('.', parts.Select(p => IsInstance(p) ? "*" : p)), string.Join('.', instances));
    }

    private static bool IsInstance(string part) => part.Length is > 0 and <= 10 && uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
