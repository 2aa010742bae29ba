using System.Text.Json;
using System.Text.RegularExpressions;

namespace DeviceConsole.Core.Alarms;

/// <summary>An event that may become an alarm.</summary>
/// <param name="Protocol">The protocol's id, or who else tells.</param>
/// <param name="Kind">The event's kind: a word, or the object identifier of a trap.</param>
/// <param name="Message">In words.</param>
/// <param name="Detail">
/// Its values as a JSON object: plain members, and those of an array <c>varbinds</c> of <c>{"oid", "name", "value", "text"}</c>, found by the name before its instance.
/// </param>
public sealed record AlarmEvent(string Protocol, string Kind, string Message, string? Detail);

/// <summary>
/// Texts with values of an event in braces: <c>{kind}</c>, <c>{protocol}</c>, <c>{message}</c>, a member of its detail or an object of a trap by its name
/// (<c>{ifIndex}</c>). <c>{ifDescr|ifIndex}</c> takes the first that the event has; none is a question mark.
/// </summary>
public static partial class AlarmTemplate
{
    /// <summary>The text with its values.</summary>
    public static string Fill(string template, AlarmEvent told)
    {
        if (!template.Contains('{', StringComparison.Ordinal)) return template;
        using var detail = told.Detail is { } json ? JsonDocument.Parse(json) : null;
        return Placeholder().Replace(template, m => m.Groups[1].Value.Split('|').Select(name => Value(name.Trim(), told, detail?.RootElement)).FirstOrDefault(v => v is not null) ?? "?");
    }

    /// <summary>True where a pattern fits: the same text, or a beginning with <c>*</c> behind it.</summary>
    public static bool Fits(string pattern, string kind) =>
        pattern.EndsWith('*') ? kind.StartsWith(pattern[..^1], StringComparison.Ordinal) : kind == pattern;

    private static string? Value(string name, AlarmEvent told, JsonElement? detail) => name switch
    {
        "kind" => told.Kind,
        "protocol" => told.Protocol,
        "message" => told.Message,
        _ => detail is { ValueKind: JsonValueKind.Object } members ? Member(members, name) : null,
    };

    private static string? Member(JsonElement members, string name)
    {
        if (members.TryGetProperty(name, out var plain) && Text(plain) is { Length: > 0 } text) return text;
        if (!members.TryGetProperty("varbinds", out var list) || list.ValueKind != JsonValueKind.Array) return null;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("name", out var named) || named.ValueKind != JsonValueKind.String) continue;
            var label = named.GetString()!;
            if (label.LastIndexOf("::", StringComparison.Ordinal) is >= 0 and var colons) label = label[(colons + 2)..];
            if (label.Split('.')[0] == name && (Inner(item, "text") ?? Inner(item, "value")) is { Length: > 0 } value) return value;
        }
        return null;
    }

    private static string? Inner(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    [GeneratedRegex(@"\{([^{}]{1,100})\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
