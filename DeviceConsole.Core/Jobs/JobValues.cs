using System.Buffers;
using System.Text;
using System.Text.Json;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// A job's values as <c>job_results.vals</c> holds them: <c>[{"p": path, "v": value, "t": type, "w": writable, "x": raw hex}]</c>,
/// what is null left out.
/// </summary>
internal static class JobValues
{
    public static string Write(IReadOnlyList<ParameterValue> values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var value in values)
            {
                json.WriteStartObject();
                json.WriteString("p", FaultJson.Storable(value.Path));
                if (value.Value is not null) json.WriteString("v", FaultJson.Storable(value.Value));
                json.WriteString("t", FaultJson.Storable(value.Type));
                if (value.Writable is { } writable) json.WriteBoolean("w", writable);
                if (value.RawHex is not null) json.WriteString("x", value.RawHex);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static List<ParameterValue> Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        var values = new List<ParameterValue>(json.RootElement.GetArrayLength());
        foreach (var item in json.RootElement.EnumerateArray())
        {
            values.Add(new ParameterValue(item.GetProperty("p").GetString()!, Text(item, "v"), item.GetProperty("t").GetString()!)
            {
                Writable = item.TryGetProperty("w", out var writable) ? writable.GetBoolean() : null,
                RawHex = Text(item, "x"),
            });
        }
        return values;
    }

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;
}
