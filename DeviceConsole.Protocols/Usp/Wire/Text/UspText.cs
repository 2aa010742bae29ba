using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeviceConsole.Protocols.Usp.Wire.Text;

/// <summary>
/// Records and messages as people read them: JSON with the names of the schema, as the JSON mapping of protocol buffers has it (64-bit numbers
/// are texts, fields with their default value are left out).
/// </summary>
public static class UspText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A record, its payload as a number of bytes.</summary>
    /// <exception cref="UspDecodeException">It is no record.</exception>
    public static JsonObject Record(ReadOnlySpan<byte> record) => Read(new ProtoReader(record, new ProtoBudget()), UspSchema.Record);

    /// <summary>A message.</summary>
    /// <exception cref="UspDecodeException">It is no message.</exception>
    public static JsonObject Message(ReadOnlySpan<byte> message) => Read(new ProtoReader(message, new ProtoBudget()), UspSchema.Message);

    /// <summary>Indented, for a page.</summary>
    public static string Format(JsonNode node) => node.ToJsonString(Indented);

    private static JsonObject Read(ProtoReader reader, Dictionary<int, SchemaField> schema)
    {
        var node = new JsonObject();
        while (reader.Next(out var number))
        {
            if (!schema.TryGetValue(number, out var field)) reader.Skip();
            else if (field.Kind == "map") AddEntry(node, field, ref reader);
            else if (Value(ref reader, field) is { } value) Add(node, field, value);
        }
        return node;
    }

    private static JsonNode? Value(ref ProtoReader reader, SchemaField field)
    {
        if (field.Values is { } names)
        {
            var value = reader.Enumeration();
            return value == 0 ? null : JsonValue.Create(value > 0 && value < names.Length ? names[value] : $"{value}");
        }
        switch (field.Kind)
        {
            case "text": return reader.Text() is { } text && (text.Length > 0 || field.Repeated) ? JsonValue.Create(text) : null;
            case "flag": return reader.Flag() ? JsonValue.Create(true) : null;
            case "number": return reader.Number64() is var number and not 0 ? JsonValue.Create($"{number}") : null;
            case "code": return reader.Number32() is var code and not 0 ? JsonValue.Create(code) : null;
            case "bytes": return JsonValue.Create($"({reader.Bytes().Length} bytes)");
            default: return Read(reader.Message(), UspSchema.Of(field.Kind)!);
        }
    }

    private static void Add(JsonObject node, SchemaField field, JsonNode value)
    {
        if (!field.Repeated) node[field.Name] = value;
        else if (node[field.Name] is JsonArray items) items.Add(value);
        else node[field.Name] = new JsonArray(value);
    }

    private static void AddEntry(JsonObject node, SchemaField field, ref ProtoReader reader)
    {
        Dictionary<string, string>? entry = null;
        reader.Entry(ref entry);
        if (node[field.Name] is not JsonObject map) node[field.Name] = map = [];
        foreach (var (key, value) in entry!) map[key] = value;
    }
}
