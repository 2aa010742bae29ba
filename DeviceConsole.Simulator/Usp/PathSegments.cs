namespace DeviceConsole.Simulator.Usp;

/// <summary>A path cut at its dots; those within brackets belong to a search expression.</summary>
internal static class PathSegments
{
    public static List<string> Split(string path)
    {
        var segments = new List<string>();
        var (start, depth, quoted) = (0, 0, false);
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '"' && depth > 0) quoted = !quoted;
            else if (quoted) continue;
            else if (c == '[') depth++;
            else if (c == ']') depth--;
            else if (c == '.' && depth == 0)
            {
                segments.Add(path[start..i]);
                start = i + 1;
            }
        }
        if (start < path.Length) segments.Add(path[start..]);
        return segments;
    }

    public static bool IsInstance(string segment) => segment.Length > 0 && segment.All(char.IsAsciiDigit);

    /// <summary>The last segment of an object's path.</summary>
    public static string Last(string objectPath)
    {
        var path = objectPath.AsSpan().TrimEnd('.');
        return path[(path.LastIndexOf('.') + 1)..].ToString();
    }
}
