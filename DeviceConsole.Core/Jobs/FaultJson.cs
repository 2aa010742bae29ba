using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Jobs;

/// <summary>A fault as the column <c>jobs.fault</c> holds it: <c>{"class", "code", "message", "detail"}</c>.</summary>
internal static class FaultJson
{
    public static string Write(ProtocolFault fault)
    {
        var json = new JsonObject { ["class"] = fault.Class.ToString(), ["code"] = Clean(fault.Code), ["message"] = Clean(fault.Message) };
        if (fault.Detail is not null) json["detail"] = Clean(fault.Detail);
        return json.ToJsonString();
    }

    public static ProtocolFault? Read(string? text)
    {
        if (text is null) return null;
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        var known = Enum.TryParse<FaultClass>(Text(root, "class"), out var faultClass);
        return new ProtocolFault(known ? faultClass : FaultClass.Internal, Text(root, "code") ?? "", Text(root, "message") ?? "", Text(root, "detail"));
    }

    /// <summary>Text that PostgreSQL can hold: no U+0000, no half surrogate pair; at most 4,000 characters.</summary>
    public static string Clean(string text)
    {
        if (text.Length > 4_000) text = text[..4_000] + "…";
        return Storable(text);
    }

    /// <summary>Text that PostgreSQL can hold, whatever a device sent.</summary>
    public static string Storable(string text)
    {
        var broken = text.Contains('\0', StringComparison.Ordinal);
        for (var i = 0; i < text.Length && !broken; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else broken = true;
        }
        if (!broken) return text;
        return string.Concat(text.EnumerateRunes().Select(r => r.Value == 0 ? "\ufffd" : r.ToString()));
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
