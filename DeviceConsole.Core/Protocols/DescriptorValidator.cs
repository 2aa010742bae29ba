using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Protocols;

/// <summary>
/// Checks values against the fields of a descriptor: an operation's arguments, an endpoint's settings.
/// What only the protocol can judge (the syntax of a path, a type that fits a value) comes after, from its module.
/// </summary>
public static class DescriptorValidator
{
    /// <summary>The longest text of one field, in characters.</summary>
    public const int MaximumText = 65_536;

    /// <summary>The most items of one list, or rows of one table.</summary>
    public const int MaximumItems = 10_000;

    /// <summary>
    /// One sentence a mistake, empty when there is none. A field of a table is named <c>values[2].oid</c>, an item of a list <c>oids[2]</c>.
    /// </summary>
    public static IReadOnlyList<FieldError> Check(IReadOnlyList<FieldDescriptor> fields, JsonObject values)
    {
        var errors = new List<FieldError>();
        CheckObject(fields, values, "", errors);
        return errors;
    }

    private static void CheckObject(IReadOnlyList<FieldDescriptor> fields, JsonObject values, string prefix, List<FieldError> errors)
    {
        foreach (var (name, _) in values)
            if (!fields.Any(f => f.Id == name)) errors.Add(new(prefix + name, $"There is no field called \"{Shorten(name)}\"."));
        foreach (var field in fields)
            CheckField(field.Applies(fields, values) ? field : field with { Required = false }, values[field.Id], prefix + field.Id, errors);
    }

    private static void CheckField(FieldDescriptor field, JsonNode? value, string name, List<FieldError> errors)
    {
        if (IsEmpty(value))
        {
            if (field.Required) errors.Add(new(name, $"{field.Label} is needed."));
            return;
        }
        var error = field.Kind switch
        {
            FieldKind.Text => CheckText(field, value!),
            FieldKind.Number => CheckNumber(field, value!),
            FieldKind.Toggle => value!.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : $"{field.Label} is true or false.",
            FieldKind.Choice => CheckChoice(field, value!),
            FieldKind.List => CheckList(field, value!, name, errors),
            FieldKind.Rows => CheckRows(field, value!, name, errors),
            FieldKind.File => CheckText(field, value!) ?? (Guid.TryParse(TextOf(value!), out _) ? null : $"{field.Label} is the id of a file of the library."),
            _ => $"{field.Label} has a kind that is not known.",
        };
        if (error is not null) errors.Add(new(name, error));
    }

    private static string? CheckText(FieldDescriptor field, JsonNode value)
    {
        if (value.GetValueKind() != JsonValueKind.String) return $"{field.Label} is a text.";
        if (TextOf(value) is not { } text) return $"{field.Label} holds half a surrogate pair, which is no text.";
        if (text.Length < field.MinimumLength) return $"{field.Label} has at least {field.MinimumLength} characters.";
        if (text.Length > MaximumText) return $"{field.Label} is longer than {MaximumText:N0} characters.";
        // PostgreSQL's text and jsonb cannot hold U+0000.
        return text.Contains('\0', StringComparison.Ordinal) ? $"{field.Label} holds a NUL character, which cannot be stored." : null;
    }

    private static string? CheckNumber(FieldDescriptor field, JsonNode value)
    {
        if (value.GetValueKind() != JsonValueKind.Number || !TryReadWhole(value, out var number)) return $"{field.Label} is a whole number.";
        return (field.Minimum, field.Maximum) switch
        {
            ({ } low, { } high) when number < low || number > high => $"{field.Label} is a number from {low} to {high}.",
            ({ } low, null) when number < low => $"{field.Label} is at least {low}.",
            (null, { } high) when number > high => $"{field.Label} is at most {high}.",
            _ => null,
        };
    }

    private static string? CheckChoice(FieldDescriptor field, JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String && field.Choices.Any(c => c.Value == TextOf(value))
            ? null
            : $"{field.Label} is one of: {string.Join(", ", field.Choices.Select(c => c.Value))}.";

    private static string? CheckList(FieldDescriptor field, JsonNode value, string name, List<FieldError> errors)
    {
        if (value is not JsonArray items) return $"{field.Label} is a list of texts.";
        if (items.Count > MaximumItems) return $"{field.Label} has more than {MaximumItems:N0} items.";
        for (var i = 0; i < items.Count; i++)
        {
            var error = IsEmpty(items[i]) ? $"Item {i + 1} of {field.Label} is empty." : CheckText(field with { Label = $"Item {i + 1} of {field.Label}" }, items[i]!);
            if (error is not null) errors.Add(new($"{name}[{i}]", error));
        }
        return null;
    }

    private static string? CheckRows(FieldDescriptor field, JsonNode value, string name, List<FieldError> errors)
    {
        if (value is not JsonArray rows) return $"{field.Label} is a list of rows.";
        if (rows.Count > MaximumItems) return $"{field.Label} has more than {MaximumItems:N0} rows.";
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] is JsonObject row) CheckObject(field.Columns, row, $"{name}[{i}].", errors);
            else errors.Add(new($"{name}[{i}]", $"Row {i + 1} of {field.Label} is an object with the fields {string.Join(", ", field.Columns.Select(c => c.Id))}."));
        }
        return null;
    }

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray array => array.Count == 0,
        JsonValue text when text.GetValueKind() == JsonValueKind.String => TextOf(text) is { } held && string.IsNullOrWhiteSpace(held),
        _ => false,
    };

    // Null where the escapes of the JSON text do not make valid Unicode.
    private static string? TextOf(JsonNode value)
    {
        try
        {
            return value.GetValue<string>();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // A value made in code holds int or long, one that was parsed a JsonElement: the JSON text is the same.
    private static bool TryReadWhole(JsonNode value, out long number) =>
        long.TryParse(value.ToJsonString(), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out number);

    private static string Shorten(string name) => name.Length <= 40 ? name : name[..40] + "…";
}
