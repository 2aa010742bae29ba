using System.Text.Json.Nodes;
using DeviceConsole.Core.Traps;

namespace DeviceConsole.Web.Components.Events;

/// <summary>A line of the page of traps.</summary>
/// <param name="View">The notification.</param>
/// <param name="From">Where it came from and how, for people.</param>
/// <param name="Variables">Its variables by name.</param>
public sealed record TrapRow(TrapView View, string From, IReadOnlyList<(string Name, string Text)> Variables)
{
    /// <summary>True where a module of the library names it.</summary>
    public bool IsNamed => !View.Message.StartsWith(View.Oid, StringComparison.Ordinal);

    /// <summary>Of a stored notification.</summary>
    public static TrapRow Of(TrapView view)
    {
        var detail = view.Detail is null ? null : JsonNode.Parse(view.Detail) as JsonObject;
        var variables = detail?["varbinds"] as JsonArray;
        return new TrapRow(view, $"{Text(detail?["from"])}, {Text(detail?["form"])}",
            [.. (variables ?? []).OfType<JsonObject>().Select(v => (Text(v["name"]), Text(v["text"])))]);
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
