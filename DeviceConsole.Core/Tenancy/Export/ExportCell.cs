using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using Npgsql;

namespace DeviceConsole.Core.Tenancy.Export;

/// <summary>One value of a row on its way into a file.</summary>
internal static class ExportCell
{
    private const string Calculated = "=+-@\t\r";

    /// <summary>As JSON, with secrets masked.</summary>
    public static JsonNode? ToJson(NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) return null;
        return reader.GetDataTypeName(column) switch
        {
            "jsonb" => Mask(JsonNode.Parse(reader.GetString(column))),
            "boolean" => JsonValue.Create(reader.GetBoolean(column)),
            "integer" => JsonValue.Create(reader.GetInt32(column)),
            "bigint" => JsonValue.Create(reader.GetInt64(column)),
            _ => JsonValue.Create(ToText(reader, column)),
        };
    }

    /// <summary>As a cell of a CSV file: quoted where it has to be, and never a formula.</summary>
    public static string ToCsv(NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) return "";
        var text = reader.GetDataTypeName(column) == "jsonb" ? Mask(JsonNode.Parse(reader.GetString(column)))?.ToJsonString(JsonSerializerOptions.Web) ?? "" : ToText(reader, column);
        return Quote(text);
    }

    /// <summary>A text as a cell.</summary>
    public static string Quote(string text)
    {
        if (text.Length > 0 && Calculated.Contains(text[0], StringComparison.Ordinal)) text = "'" + text;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string ToText(NpgsqlDataReader reader, int column) => reader.GetDataTypeName(column) switch
    {
        "timestamp with time zone" => reader.GetDateTime(column).ToString("O", CultureInfo.InvariantCulture),
        "boolean" => reader.GetBoolean(column) ? "true" : "false",
        "uuid" => reader.GetGuid(column).ToString(),
        _ => Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture) ?? "",
    };

    // The mask works on objects; whatever it is goes under a name that hides nothing.
    private static JsonNode? Mask(JsonNode? node) => AuditMask.Of(new JsonObject { ["v"] = node })!["v"]?.DeepClone();
}
