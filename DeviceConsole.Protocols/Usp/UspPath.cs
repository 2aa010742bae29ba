namespace DeviceConsole.Protocols.Usp;

/// <summary>Paths of the data model (TR-369 §"Path Names"), which may hold search expressions in brackets.</summary>
internal static class UspPath
{
    public const int MaximumLength = 1_024;

    /// <summary>A sentence where it is no path, else null.</summary>
    public static string? Check(string? path)
    {
        if (string.IsNullOrWhiteSpace(path)) return "Enter a path.";
        if (path.Length > MaximumLength) return $"A path has at most {MaximumLength:N0} characters.";
        if (path.Any(char.IsControl)) return "A path holds no line breaks or other control characters.";
        if (path[0] == '.' || !path.Contains('.', StringComparison.Ordinal)) return $"\"{path}\" is no path: it begins with an object, for example Device.DeviceInfo.";
        var depth = 0;
        foreach (var c in path)
        {
            if (c == '[') depth++;
            else if (c == ']' && --depth < 0) break;
        }
        return depth == 0 ? null : $"\"{path}\" has a bracket without its counterpart.";
    }

    /// <summary>A sentence where it is no path of an object (with a dot at its end), else null.</summary>
    public static string? CheckObject(string? path) => Check(path) ?? (path!.EndsWith('.') ? null : $"\"{path}\" names no object: an object's path ends with a dot.");

    /// <summary>A sentence where it is no path of a parameter, else null.</summary>
    public static string? CheckParameter(string? path) => Check(path) ?? (path!.EndsWith('.') || path.EndsWith(')') ? $"\"{path}\" names no parameter: a parameter's path ends with its name." : null);

    /// <summary>A sentence where it is no path of one command, else null.</summary>
    public static string? CheckCommand(string? path)
    {
        if (Check(path) is { } wrong) return wrong;
        if (!path!.EndsWith("()", StringComparison.Ordinal)) return $"\"{path}\" names no command: a command ends with (), for example Device.Reboot().";
        return path.Contains('*', StringComparison.Ordinal) || path.Contains('[', StringComparison.Ordinal) ? "Name one object: a command is run on one object at a time." : null;
    }

    /// <summary>True for the path of one object or table, without wildcards and search expressions.</summary>
    public static bool IsPlainObject(string path) => path.EndsWith('.') && !path.AsSpan().ContainsAny("*[]+#");

    /// <summary>The object and the name of a parameter's path; dots within brackets belong to the object.</summary>
    public static (string Object, string Name) Split(string path)
    {
        var dot = path.LastIndexOf('.');
        return (path[..(dot + 1)], path[(dot + 1)..]);
    }

    /// <summary>The path as the data model has it: <c>{i}</c> in place of instance numbers.</summary>
    public static string Generic(string path)
    {
        if (!path.AsSpan().ContainsAnyInRange('0', '9')) return path;
        var parts = path.Split('.');
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].Length > 0 && parts[i].All(char.IsAsciiDigit)) parts[i] = "{i}";
        return string.Join('.', parts);
    }
}
