using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Protocols.WebPa.Wire;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>An event of a device: <c>event:SYNC_NOTIFICATION</c>, <c>event:transaction-status</c>, <c>event:node-change</c>, and any other.</summary>
/// <param name="Kind">For the event log.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Detail">The payload without secrets; null where it is no JSON object.</param>
/// <param name="Values">Values that it reports.</param>
internal sealed record DeviceEvent(string Kind, string Message, JsonObject? Detail, IReadOnlyList<ParameterValue> Values)
{
    private const string Scheme = "event:";
    private const int MaximumName = 100;

    /// <summary>Reads one; payloads of unknown shape are kept as they are.</summary>
    public static DeviceEvent Read(WrpEvent message)
    {
        var topic = message.Dest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? message.Dest[Scheme.Length..] : message.Dest;
        var name = topic.Split('/')[0];
        if (name.Length is 0 or > MaximumName) name = "event";
        var payload = Parse(message.Payload);
        try
        {
            return name.ToUpperInvariant() switch
            {
                "SYNC_NOTIFICATION" when payload is not null && Reported(payload) is { Count: > 0 } values => Changed(values, payload),
                "TRANSACTION-STATUS" => new("transaction-status", $"Transaction status: {Text(payload, "state") ?? Text(payload, "status") ?? "not said"}.", Hidden(payload), []),
                "NODE-CHANGE" => new("node-change", "Something connected to the device or left it.", Hidden(payload), []),
                _ => new(Kindly(name), $"The device sent the event {topic}.", Hidden(payload), []),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // A field that stands twice, or half a surrogate pair.
            return new(Kindly(name), $"The device sent the event {topic} with content that cannot be read.", null, []);
        }
    }

    private static DeviceEvent Changed(List<(ParameterValue Value, string? Old)> changes, JsonObject payload)
    {
        var (first, old) = changes[0];
        var shown = WebPaRedaction.IsSecret(first.Path) ? $"{first.Path} changed"
            : old is null ? $"{first.Path} is now \"{first.Value}\"" : $"{first.Path} changed from \"{old}\" to \"{first.Value}\"";
        var others = changes.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $", and {changes.Count - 1} more") : "";
        return new("value-change", $"{shown}{others}.", Hidden(payload), [.. changes.Select(c => c.Value)]);
    }

    // A list of parameters, or one by itself.
    private static List<(ParameterValue Value, string? Old)> Reported(JsonObject payload)
    {
        var items = payload["parameters"] is JsonArray list ? list.OfType<JsonObject>() : [payload];
        var reported = new List<(ParameterValue, string?)>();
        foreach (var item in items)
        {
            var name = Text(item, "name") ?? Text(item, "paramName") ?? Text(item, "id");
            var value = Text(item, "value") ?? Text(item, "new") ?? Text(item, "newValue");
            if (name is null || value is null || !name.Contains('.', StringComparison.Ordinal) || name.EndsWith('.')) continue;
            reported.Add((new ParameterValue(name, value, TypeOf(item)), Text(item, "old") ?? Text(item, "oldValue")));
        }
        return [.. reported.DistinctBy(r => r.Item1.Path)];
    }

    private static string TypeOf(JsonObject item) => int.TryParse(Text(item, "dataType"), NumberStyles.None, CultureInfo.InvariantCulture, out var type) ? WebPaTypes.Name(type) : "string";

    private static JsonObject? Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return payload.IsEmpty ? null : JsonNode.Parse(payload.Span) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject? Hidden(JsonObject? payload)
    {
        WebPaRedaction.Hide(payload);
        return payload;
    }

    private static string? Text(JsonObject? fields, string name) => fields?[name] is not JsonValue value ? null
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    // The name as the event log has kinds: lower case, dashes.
    private static string Kindly(string name) => string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
