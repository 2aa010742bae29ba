namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>What one piece of TR-106's markup stands for in plain text; the empty text for what only steers the layout of a report.</summary>
internal sealed class MarkupWords(IReadOnlyDictionary<string, string> templates, string parameter, string @object, string units)
{
    /// <summary>The text for what stands between the braces.</summary>
    public string Of(string markup, int level)
    {
        var parts = markup.Split('|', 3);
        var argument = parts.Length > 1 ? string.Join(' ', parts[1].Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)) : "";
        var more = parts.Length > 2 ? parts[2].Trim() : "";
        return parts[0].Trim() switch
        {
            "bibref" => more.Length > 0 ? $"[{argument} {string.Join(' ', more.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))}]" : $"[{argument}]",
            "param" => argument.Length > 0 ? Name(argument) : parameter,
            "object" => argument.Length > 0 ? Name(argument) : @object,
            "command" or "event" or "enum" or "pattern" => Name(argument),
            "datatype" or "list" => argument == "expand" ? "" : argument,
            "units" => units,
            "empty" => "an empty string",
            "null" => "the null value",
            "true" => "true",
            "false" => "false",
            "numentries" => $"The number of entries in the {parameter.Replace("NumberOfEntries", "", StringComparison.Ordinal)} table. ",
            "deprecated" or "obsoleted" or "deleted" when more.Length > 0 => $"{char.ToUpperInvariant(parts[0][0])}{parts[0][1..]} in {argument} {more}. ",
            "template" when templates.TryGetValue(argument, out var text) => DescriptionText.Expand(DescriptionText.Cut(text), this, level + 1),
            _ => "",
        };
    }

    // Paths relative to something above (#.Name, ##.Name) read as their names.
    private static string Name(string path) => path.TrimStart('#', '.');
}
