namespace DeviceConsole.Protocols.Cwmp;

/// <summary>
/// Paths in which an instance is named by its alias, <c>Device.NAT.PortMapping.[web].Enable</c> (TR-069 §3.6.1). The product keeps instances under their numbers;
/// the object's Alias parameter says which is which.
/// </summary>
internal static class InstancePath
{
    // The data type Alias of TR-106.
    private const int MaximumAlias = 64;

    /// <summary>The parameter that holds an instance's alias.</summary>
    public const string Parameter = "Alias";

    /// <summary>True where an instance is named by its alias.</summary>
    public static bool HasAlias(string path) => path.Contains('[', StringComparison.Ordinal);

    /// <summary>What is wrong with the aliases in a path, in a sentence; null where nothing is.</summary>
    public static string? Check(string path)
    {
        if (path.AsSpan().IndexOfAny('[', ']') < 0) return null;
        var parts = path.TrimEnd('.').Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            if (part.AsSpan().IndexOfAny('[', ']') < 0) continue;
            if (part.Length < 2 || part[0] != '[' || part[^1] != ']' || part.AsSpan(1, part.Length - 2).IndexOfAny('[', ']') >= 0)
                return $"\"{part}\" is no instance: an alias stands alone between two dots, in square brackets and without a dot in it, for example Device.NAT.PortMapping.[web].Enable.";
            if (i < 2 || IsInstance(parts[i - 1])) return $"\"{part}\" has no table before it; an alias names an instance of a table, for example Device.NAT.PortMapping.[web].Enable.";
            if (!char.IsAsciiLetter(part[1])) return $"\"{part}\" is no alias: it begins with a letter.";
            if (part.Length - 2 > MaximumAlias) return $"An alias has at most {MaximumAlias} characters.";
        }
        return null;
    }

    /// <summary>True for an instance's number or alias.</summary>
    public static bool IsInstance(ReadOnlySpan<char> part) => part.Length > 0 && (part[0] == '[' || !part.ContainsAnyExceptInRange('0', '9'));

    /// <summary>The first alias of a path: the table with its dot, the alias, and what comes behind it with its dot; null where there is none.</summary>
    public static (string Table, string Alias, string Behind)? First(string path)
    {
        var open = path.IndexOf('[', StringComparison.Ordinal);
        var close = open < 0 ? -1 : path.IndexOf(']', open);
        return close < 0 ? null : (path[..open], path[(open + 1)..close], path[(close + 1)..]);
    }

    /// <summary>The path with numbers in place of aliases; null where one is not known.</summary>
    /// <param name="path">With aliases or without.</param>
    /// <param name="instances">The instance's path with its last dot, by its table and alias.</param>
    public static async ValueTask<string?> ResolveAsync(string path, Func<string, string, ValueTask<string?>> instances)
    {
        while (First(path) is var (table, alias, rest))
        {
            if (await instances(table, alias) is not { } instance) return null;
            path = instance + (rest.StartsWith('.') ? rest[1..] : rest);
        }
        return path;
    }
}
