using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeviceConsole.Protocols.Shared;

/// <summary>
/// Reads the fields of a form by their kind (see <c>FieldKind</c>): missing, null and empty are all null,
/// and a value of another JSON type too. Numbers are also accepted as text, as forms send them.
/// </summary>
public static class JsonFields
{
    /// <summary>True where a toggle is on.</summary>
    public static bool IsOn(this JsonObject fields, string id) => fields[id]?.GetValueKind() == JsonValueKind.True;

    /// <summary>A text or a choice.</summary>
    public static string? Text(this JsonObject fields, string id) =>
        fields[id] is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text ? text : null;

    /// <summary>A whole number.</summary>
    public static long? Number(this JsonObject fields, string id) => fields[id] is not JsonValue value ? null : value.GetValueKind() switch
    {
        JsonValueKind.Number => long.TryParse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null,
        JsonValueKind.String => long.TryParse(value.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => null,
    };

    /// <summary>A list; items that are no text or are blank are left out.</summary>
    public static IReadOnlyList<string> List(this JsonObject fields, string id) => fields[id] is not JsonArray items
        ? []
        : [.. items.OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>().Trim()).Where(t => t.Length > 0)];

    /// <summary>Rows of a table.</summary>
    public static IReadOnlyList<JsonObject> Rows(this JsonObject fields, string id) =>
        fields[id] is JsonArray items ? [.. items.OfType<JsonObject>()] : [];
}
