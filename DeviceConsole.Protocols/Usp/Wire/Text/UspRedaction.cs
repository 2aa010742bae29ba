using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeviceConsole.Protocols.Usp.Wire.Text;

/// <summary>Takes the values of passwords, keys and tokens out of a message that people will read.</summary>
public static class UspRedaction
{
    /// <summary>What stands for a secret.</summary>
    public const string Mask = "•••";

    private static readonly string[] Words = ["password", "passphrase", "secret", "presharedkey", "wepkey", "privatekey", "token", "credential", "devicepin"];

    /// <summary>True where a parameter or an argument of that name holds a secret.</summary>
    /// <param name="path">A name, or a path that ends with one.</param>
    public static bool IsSecret(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..].Replace("_", "", StringComparison.Ordinal);
        foreach (var word in Words)
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        return name.EndsWith("PIN", StringComparison.Ordinal);
    }

    /// <summary>Masks them in place.</summary>
    public static void Apply(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items) Apply(item);
                break;
            case JsonObject fields:
                ApplyToFields(fields);
                break;
        }
    }

    private static void ApplyToFields(JsonObject fields)
    {
        MaskNamed(fields, "param", "value");
        MaskNamed(fields, "param_path", "param_value");
        foreach (var (name, value) in fields.ToList())
        {
            if (value is JsonObject or JsonArray) Apply(value);
            else if (value?.GetValueKind() != JsonValueKind.String || value.GetValue<string>().Length == 0) continue;
            else if (IsSecret(name)) fields[name] = Mask;
            else if (name == "ParameterMap") fields[name] = MaskMap(value.GetValue<string>());
        }
    }

    private static void MaskNamed(JsonObject fields, string nameField, string valueField)
    {
        if (fields[nameField] is JsonValue name && name.GetValueKind() == JsonValueKind.String && IsSecret(name.GetValue<string>()) && fields[valueField] is not null)
            fields[valueField] = Mask;
    }

    // The Boot! event carries parameters as a JSON text of their own.
    private static string MaskMap(string text)
    {
        try
        {
            var map = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            Apply(map);
            return map?.ToJsonString() ?? text;
        }
        catch (JsonException)
        {
            return Mask;
        }
    }
}
