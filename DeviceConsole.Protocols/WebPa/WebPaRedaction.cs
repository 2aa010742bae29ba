using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>Takes secrets out of payloads before they are shown: values of parameters whose last name says that they are secret.</summary>
internal static class WebPaRedaction
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "•••";

    private static readonly string[] Secret = ["password", "passphrase", "presharedkey", "wepkey", "secret", "token", "privatekey", "radiussecret", "pin"];

    // Characters of other scripts stay readable; the text is shown as text.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True where a parameter of that name holds a secret.</summary>
    public static bool IsSecret(string name)
    {
        var last = name.TrimEnd('.');
        last = last[(last.LastIndexOf('.') + 1)..];
        return Secret.Any(s => s == "pin" ? last.Equals(s, StringComparison.OrdinalIgnoreCase) : last.Contains(s, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The payload as indented JSON without secrets; a payload that is no JSON only by its length, for nobody knows what is in it.</summary>
    public static string Show(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty) return "";
        try
        {
            var node = JsonNode.Parse(payload.Span);
            Hide(node);
            return node?.ToJsonString(Readable) ?? "null";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return $"({payload.Length} bytes that are no JSON)";
        }
    }

    /// <summary>Masks the secrets of a tree in place.</summary>
    public static void Hide(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items) Hide(item);
                break;
            case JsonObject fields:
                HideFields(fields);
                break;
        }
    }

    private static void HideFields(JsonObject fields)
    {
        var named = Name(fields) is { } name && IsSecret(name);
        foreach (var (key, value) in fields.ToList())
        {
            if (value is JsonArray or JsonObject) Hide(value);
            else if (value is not null && (IsSecret(key) || (named && key is "value" or "old" or "new" or "oldValue" or "newValue"))) fields[key] = Mask;
        }
    }

    private static string? Name(JsonObject fields)
    {
        foreach (var key in (string[])["name", "id", "paramName"])
            if (fields[key] is JsonValue value && value.TryGetValue<string>(out var text)) return text;
        return null;
    }
}
