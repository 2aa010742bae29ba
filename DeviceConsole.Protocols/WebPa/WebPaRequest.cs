using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>The JSON that a request carries (WDMP, as tr1d1um sends it to a device's service).</summary>
internal static class WebPaRequest
{
    /// <summary>What RDK-B's gateways restart by; the value "Device" restarts all of it.</summary>
    public const string RebootParameter = "Device.X_CISCO_COM_DeviceControl.RebootDevice";

    /// <summary>The command's name and its payload.</summary>
    public static (string Command, JsonObject Payload) Make(string operation, JsonObject arguments) => operation switch
    {
        "get" => Command("GET", ("names", Names(arguments.List("names")))),
        "refresh" => Command("GET", ("names", Names([arguments.Text("path")!]))),
        "set" => Command("SET", ("parameters", Parameters(arguments))),
        "get-attributes" => Command("GET_ATTRIBUTES", ("names", Names(arguments.List("names"))), ("attributes", "notify")),
        "set-attributes" => Command("SET_ATTRIBUTES", ("parameters", Attributes(arguments))),
        "add-row" => Command("ADD_ROW", ("table", arguments.Text("table")), ("row", Columns(arguments.Rows("values")))),
        "replace-rows" => Command("REPLACE_ROWS", ("table", arguments.Text("table")), ("rows", RowsOf(arguments))),
        "delete-row" => Command("DELETE_ROW", ("row", arguments.Text("row"))),
        "test-and-set" => Command("TEST_AND_SET", ("parameters", Parameters(arguments)), ("old-cid", arguments.Text("oldCid")), ("new-cid", arguments.Text("newCid")), ("sync-cmc", arguments.Text("syncCmc"))),
        "reboot" => Command("SET", ("parameters", new JsonArray(Parameter(RebootParameter, "string", "Device")))),
        _ => throw new ArgumentException($"WebPA has no operation \"{operation}\".", nameof(operation)),
    };

    private static (string, JsonObject) Command(string command, params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var payload = new JsonObject { ["command"] = command };
        foreach (var (name, value) in fields)
            if (value is not null) payload[name] = value;
        return (command, payload);
    }

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(n => (JsonNode)n)];

    private static JsonArray Parameters(JsonObject arguments) =>
        [.. arguments.Rows("values").Select(r => (JsonNode)Parameter(r.Text("name")!, r.Text("type") ?? "string", r.Text("value") ?? ""))];

    private static JsonObject Parameter(string name, string type, string value) =>
        new() { ["name"] = name, ["dataType"] = WebPaTypes.Number(type) ?? 0, ["value"] = value };

    private static JsonArray Attributes(JsonObject arguments) =>
        [.. arguments.Rows("attributes").Select(r => (JsonNode)new JsonObject { ["name"] = r.Text("name"), ["attributes"] = new JsonObject { ["notify"] = IsOff(r) ? 0 : 1 } })];

    private static bool IsOff(JsonObject row) => row["notify"]?.GetValueKind() == JsonValueKind.False;

    private static JsonObject Columns(IEnumerable<JsonObject> rows)
    {
        var columns = new JsonObject();
        foreach (var row in rows) columns[row.Text("name")!] = row.Text("value") ?? "";
        return columns;
    }

    // One object a row, under its number as text.
    private static JsonObject RowsOf(JsonObject arguments)
    {
        var rows = new JsonObject();
        foreach (var row in arguments.Rows("rows").GroupBy(r => r.Number("row") ?? 0))
            rows[row.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Columns(row);
        return rows;
    }
}
