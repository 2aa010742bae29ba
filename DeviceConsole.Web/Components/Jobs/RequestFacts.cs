using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Components.Devices;

namespace DeviceConsole.Web.Components.Jobs;

/// <summary>A job's arguments in the descriptor's words.</summary>
public static class RequestFacts
{
    /// <summary>Label and value of every argument that was given: lists and tables one item a line.</summary>
    public static IEnumerable<(string Label, string Value)> Of(OperationDescriptor? operation, JsonObject arguments)
    {
        foreach (var (id, value) in arguments)
        {
            if (value is null) continue;
            var field = operation?.Fields.FirstOrDefault(f => f.Id == id);
            yield return field is null ? (id, value.ToJsonString()) : (field.Label, Text(field, value));
        }
    }

    private static string Text(FieldDescriptor field, JsonNode value) => (field.Kind, value) switch
    {
        (FieldKind.List, JsonArray items) => string.Join('\n', items.Select(i => i?.ToString())),
        (FieldKind.Rows, JsonArray rows) => string.Join('\n', rows.OfType<JsonObject>().Select(row => Row(field, row))),
        _ => EndpointFacts.Value(field, value),
    };

    private static string Row(FieldDescriptor field, JsonObject row) =>
        string.Join("  ", field.Columns.Where(c => row[c.Id] is not null).Select(c => EndpointFacts.Value(c, row[c.Id]!)));
}
