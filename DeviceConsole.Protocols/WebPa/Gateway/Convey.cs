using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>What a device says of itself when it connects: the header X-WebPA-Convey, base64 of a JSON object.</summary>
internal sealed record Convey(JsonObject Fields)
{
    private const int MaximumHeader = 16 * 1024;

    // The fields that have a place in the data model (TR-181 DeviceInfo).
    private static readonly (string Field, string Path)[] Paths =
    [
        ("hw-manufacturer", "Device.DeviceInfo.Manufacturer"), ("hw-model", "Device.DeviceInfo.ModelName"),
        ("hw-serial-number", "Device.DeviceInfo.SerialNumber"), ("fw-name", "Device.DeviceInfo.SoftwareVersion"),
    ];

    public static Convey None { get; } = new(new JsonObject());

    public DeviceFacts Facts => new()
    {
        Manufacturer = Text("hw-manufacturer"), Model = Text("hw-model"), SerialNumber = Text("hw-serial-number"), SoftwareVersion = Text("fw-name"),
    };

    public IReadOnlyList<ParameterValue> Values =>
        [.. Paths.Where(p => Text(p.Field) is not null).Select(p => new ParameterValue(p.Path, Text(p.Field), "string"))];

    /// <summary>Why it connects, in a sentence.</summary>
    public string Message
    {
        get
        {
            var reasons = new List<string>();
            if (Text("fw-name") is { } firmware) reasons.Add($"firmware {firmware}");
            if (Text("hw-last-reboot-reason") is { } reboot) reasons.Add($"last reboot: {reboot}");
            if (Text("webpa-last-reconnect-reason") is { } reconnect) reasons.Add($"last reconnect: {reconnect}");
            return reasons.Count == 0 ? "Connected." : $"Connected ({string.Join(", ", reasons)}).";
        }
    }

    /// <summary>Reads the header; one that is missing or cannot be read says nothing.</summary>
    public static Convey Read(string? header)
    {
        if (string.IsNullOrEmpty(header) || header.Length > MaximumHeader) return None;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header, bytes, out var length)) return None;
        try
        {
            return JsonNode.Parse(bytes.AsSpan(0, length)) is JsonObject fields && fields.Count >= 0 ? new Convey(fields) : None;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // No JSON, or a field that stands twice.
            return None;
        }
    }

    private string? Text(string field)
    {
        if (Fields[field] is not JsonValue value) return null;
        try
        {
            var text = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
            return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }
}
