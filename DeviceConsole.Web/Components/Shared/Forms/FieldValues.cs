using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.Shared.Forms;

/// <summary>
/// What stands in a form that is built from a descriptor: exactly as typed, so that a wrong entry is still there after it was refused.
/// </summary>
public sealed class FieldValues
{
    private readonly Dictionary<string, string> texts = [];
    private readonly Dictionary<string, List<FieldValues>> rows = [];

    private FieldValues(IReadOnlyList<FieldDescriptor> fields) => Fields = fields;

    /// <summary>The form's fields.</summary>
    public IReadOnlyList<FieldDescriptor> Fields { get; }

    /// <summary>An empty form: the fields' defaults, and one empty row in a table that needs one.</summary>
    public static FieldValues Empty(IReadOnlyList<FieldDescriptor> fields)
    {
        var values = new FieldValues(fields);
        foreach (var field in fields)
        {
            if (field.Kind != FieldKind.Rows) values.texts[field.Id] = field.Default ?? "";
            else if (field.Required) values.AddRow(field);
        }
        return values;
    }

    /// <summary>A form filled with what is stored; a field that is not stored is empty, without its default.</summary>
    public static FieldValues From(IReadOnlyList<FieldDescriptor> fields, JsonObject stored)
    {
        var values = new FieldValues(fields);
        foreach (var field in fields)
        {
            var value = stored[field.Id];
            if (field.Kind == FieldKind.Rows)
                values.rows[field.Id] = [.. (value as JsonArray ?? []).OfType<JsonObject>().Select(row => From(field.Columns, row))];
            else
                values.texts[field.Id] = TextOf(value);
        }
        return values;
    }

    /// <summary>What was typed into a field; a toggle holds "true" or "false", a list one item a line.</summary>
    public string this[string field]
    {
        get => texts.GetValueOrDefault(field, "");
        set => texts[field] = value;
    }

    /// <summary>The rows of a table.</summary>
    public IReadOnlyList<FieldValues> Rows(FieldDescriptor field) => rows.GetValueOrDefault(field.Id) ?? [];

    /// <summary>One more row at the end.</summary>
    public void AddRow(FieldDescriptor field)
    {
        if (!rows.TryGetValue(field.Id, out var list)) rows[field.Id] = list = [];
        list.Add(Empty(field.Columns));
    }

    /// <summary>One row less.</summary>
    public void RemoveRow(FieldDescriptor field, FieldValues row) => rows.GetValueOrDefault(field.Id)?.Remove(row);

    /// <summary>
    /// The values as they travel. Empty fields are left out. A number that is none stays a text, so that the validator can say so at the field.
    /// </summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var field in Fields)
            if (NodeOf(field) is { } node) json[field.Id] = node;
        return json;
    }

    private JsonNode? NodeOf(FieldDescriptor field)
    {
        if (field.Kind == FieldKind.Rows) return Rows(field) is { Count: > 0 } list ? new JsonArray([.. list.Select(r => (JsonNode?)r.ToJson())]) : null;
        var text = this[field.Id];
        if (field.Kind == FieldKind.Toggle) return JsonValue.Create(text == "true");
        if (string.IsNullOrWhiteSpace(text)) return null;
        return field.Kind switch
        {
            FieldKind.Number => long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text),
            FieldKind.List => new JsonArray([.. LinesOf(text).Select(line => (JsonNode?)JsonValue.Create(line))]),
            _ => JsonValue.Create(text),
        };
    }

    private static string[] LinesOf(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string TextOf(JsonNode? value) => value switch
    {
        null => "",
        JsonArray array => string.Join('\n', array.Select(TextOf)),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        _ => value.ToJsonString(),
    };
}
