using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.WebPa;

/// <summary>
/// The service behind the agent: answers WDMP requests from a home gateway with the words and codes of wdmp-c, as RDK-B's WebPA component does.
/// </summary>
public sealed class WdmpService(HomeGateway gateway)
{
    /// <summary>Restarts an RDK-B gateway.</summary>
    public const string RebootDevice = "Device.X_CISCO_COM_DeviceControl.RebootDevice";

    /// <summary>Resets an RDK-B gateway.</summary>
    public const string FactoryReset = "Device.X_CISCO_COM_DeviceControl.FactoryReset";

    private const string Cid = "Device.DeviceInfo.Webpa.X_COMCAST-COM_CID";
    private const string Cmc = "Device.DeviceInfo.Webpa.X_COMCAST-COM_CMC";
    private static readonly string[] Types = ["string", "int", "unsignedInt", "boolean", "dateTime", "base64", "long", "unsignedLong", "decimal"];

    private readonly WdmpFirmware firmware = new(gateway);
    private readonly ConcurrentDictionary<string, int> notified = new(StringComparer.Ordinal);
    private string cid = "0";
    private string cmc = "0";

    /// <summary>True where somebody asked for changes of this parameter.</summary>
    public bool Notifies(string path) => notified.TryGetValue(path, out var on) && on == 1;

    /// <summary>The number of a type (<c>dataType</c>).</summary>
    public static int TypeNumber(string type) => Math.Max(0, Array.IndexOf(Types, type));

    /// <summary>The answer to a request's payload.</summary>
    public JsonObject Answer(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonNode.Parse(payload.Span) is JsonObject request ? Answer(request) : Failed("Invalid Input Command");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return Failed("Invalid Input Command");
        }
    }

    private JsonObject Answer(JsonObject request) => (string?)request["command"] switch
    {
        "GET" => Get(request),
        "GET_ATTRIBUTES" => GetAttributes(request),
        "SET" => Set(request),
        "SET_ATTRIBUTES" => SetAttributes(request),
        "TEST_AND_SET" => TestAndSet(request),
        "ADD_ROW" => AddRow(request),
        "DELETE_ROW" => DeleteRow(request),
        "REPLACE_ROWS" => ReplaceRows(request),
        _ => Failed("Invalid Input Command"),
    };

    private JsonObject Get(JsonObject request)
    {
        var parameters = new JsonArray();
        foreach (var name in Names(request))
        {
            if (firmware.Read(name) is { } own)
            {
                parameters.Add(new JsonObject { ["name"] = name, ["value"] = own, ["dataType"] = 0, ["parameterCount"] = 1, ["message"] = "Success" });
                continue;
            }
            if (name.EndsWith('.') ? !gateway.Exists(name) : gateway.Find(name) is null) return Failed("Invalid parameter name");
            parameters.Add(Group(name, gateway.Read(name)));
        }
        return new JsonObject { ["parameters"] = parameters, ["statusCode"] = 200 };
    }

    // As wdmp-c forms it: one parameter stands by itself even where an object was asked for, none is "EMPTY".
    private static JsonObject Group(string name, IReadOnlyList<GatewayParameter> values) => values.Count switch
    {
        0 => new JsonObject { ["name"] = name, ["value"] = "EMPTY", ["parameterCount"] = 0, ["message"] = "Success" },
        1 => Value(values[0], 1),
        _ => new JsonObject
        {
            ["name"] = name, ["value"] = new JsonArray([.. values.Select(v => (JsonNode)Value(v, null))]), ["dataType"] = 11, ["parameterCount"] = values.Count, ["message"] = "Success",
        },
    };

    private static JsonObject Value(GatewayParameter parameter, int? count)
    {
        var value = new JsonObject { ["name"] = parameter.Path, ["value"] = parameter.Reported, ["dataType"] = TypeNumber(parameter.Type) };
        if (count is null) return value;
        value["parameterCount"] = count;
        value["message"] = "Success";
        return value;
    }

    private JsonObject GetAttributes(JsonObject request)
    {
        var parameters = new JsonArray();
        foreach (var name in Names(request))
        {
            if (gateway.Find(name) is null) return Failed("Invalid parameter name");
            parameters.Add(new JsonObject { ["name"] = name, ["attributes"] = new JsonObject { ["notify"] = notified.GetValueOrDefault(name) }, ["message"] = "Success" });
        }
        return new JsonObject { ["parameters"] = parameters, ["statusCode"] = 200 };
    }

    private JsonObject SetAttributes(JsonObject request)
    {
        var parameters = Parameters(request);
        var unknown = parameters.FirstOrDefault(p => gateway.Find((string)p["name"]!) is null);
        if (unknown is null)
            foreach (var parameter in parameters) notified[(string)parameter["name"]!] = (int)parameter["attributes"]!["notify"]!;
        return Told(parameters, unknown, "Invalid parameter name");
    }

    private JsonObject Set(JsonObject request)
    {
        var parameters = Parameters(request);
        if (parameters is [var only] && (string?)only["name"] is RebootDevice or FactoryReset)
        {
            if ((string?)only["name"] == RebootDevice) gateway.Reboot("RemoteReboot");
            else gateway.FactoryReset();
            return Told(parameters, null, "");
        }
        if (parameters.Count > 0 && parameters.TrueForAll(p => WdmpFirmware.Owns((string)p["name"]!)))
        {
            var (failed, words) = firmware.Set([.. parameters.Select(p => ((string)p["name"]!, (string?)p["value"] ?? ""))]);
            return Told(parameters, failed is null ? null : parameters.First(p => (string)p["name"]! == failed), words);
        }
        return SetAll(parameters) is { } fault
            ? Told(parameters, parameters.FirstOrDefault(p => (string?)p["name"] == fault.Path) ?? parameters[0], Words(fault.Kind))
            : Told(parameters, null, "");
    }

    private GatewayFault? SetAll(List<JsonObject> parameters)
    {
        foreach (var parameter in parameters)
        {
            var found = gateway.Find((string)parameter["name"]!);
            // Some firmware wants the exact type; a string for everything is what it does not take.
            if (found is not null && parameter["dataType"] is { } type && (int)type != TypeNumber(found.Type)) return new GatewayFault(GatewayFaultKind.WrongType, found.Path, "");
        }
        return gateway.Set([.. parameters.Select(p => ((string)p["name"]!, (string?)p["value"] ?? ""))]);
    }

    private static JsonObject Told(List<JsonObject> parameters, JsonObject? failed, string words) => new()
    {
        ["parameters"] = new JsonArray([.. parameters.Select(p => (JsonNode)new JsonObject { ["name"] = (string)p["name"]!, ["message"] = p == failed ? words : "Success" })]),
        ["statusCode"] = failed is null ? 200 : 520,
    };

    private JsonObject TestAndSet(JsonObject request)
    {
        if ((string?)request["new-cid"] is not { Length: > 0 } next) return Synchronised("New-Cid is missing", 550);
        if ((string?)request["old-cid"] is { } old && old != cid) return Synchronised("CID test failed", 550);
        if (SetAll(Parameters(request)) is { } fault) return Synchronised(Words(fault.Kind), 520);
        cid = next;
        if ((string?)request["sync-cmc"] is { } counter) cmc = counter;
        return Synchronised("Success", 200);
    }

    private JsonObject Synchronised(string message, int status) => new()
    {
        ["parameters"] = new JsonArray(
            new JsonObject { ["name"] = Cid, ["value"] = cid },
            new JsonObject { ["name"] = Cmc, ["value"] = int.Parse(cmc, CultureInfo.InvariantCulture) }),
        ["message"] = message, ["statusCode"] = status,
    };

    private JsonObject AddRow(JsonObject request)
    {
        var (row, fault) = Insert((string?)request["table"] ?? "", request["row"] as JsonObject);
        return fault is null ? new JsonObject { ["row"] = row, ["message"] = "Success", ["statusCode"] = 201 } : Failed(Words(fault.Kind));
    }

    private (string Row, GatewayFault? Fault) Insert(string table, JsonObject? columns)
    {
        var (instance, fault) = gateway.Add(table);
        if (fault is not null) return ("", fault);
        var row = string.Create(CultureInfo.InvariantCulture, $"{table}{instance}.");
        if (columns is { Count: > 0 }) fault = gateway.Set([.. columns.Select(c => (row + c.Key, (string?)c.Value ?? ""))]);
        if (fault is not null) gateway.Delete(row);
        return (row, fault);
    }

    private JsonObject DeleteRow(JsonObject request) =>
        gateway.Delete((string?)request["row"] ?? "") is { } fault ? Failed(Words(fault.Kind)) : new JsonObject { ["message"] = "Success", ["statusCode"] = 200 };

    private JsonObject ReplaceRows(JsonObject request)
    {
        var table = (string?)request["table"] ?? "";
        if (!gateway.Exists(table)) return Failed("Invalid parameter name");
        foreach (var row in gateway.List(table, nextLevel: true).Where(n => n is { IsObject: true, Writable: true } && n.Path.Length > table.Length).ToList()) gateway.Delete(row.Path);
        foreach (var (_, columns) in request["rows"] as JsonObject ?? [])
            if (Insert(table, columns as JsonObject).Fault is { } fault) return Failed(Words(fault.Kind));
        return new JsonObject { ["message"] = "Success", ["statusCode"] = 200 };
    }

    private static JsonObject Failed(string message) => new() { ["message"] = message, ["statusCode"] = 520 };

    private static string Words(GatewayFaultKind kind) => kind switch
    {
        GatewayFaultKind.UnknownPath => "Invalid parameter name",
        GatewayFaultKind.ReadOnly => "Parameter is not writable",
        GatewayFaultKind.WrongType => "Invalid parameter type",
        GatewayFaultKind.WrongValue => "Invalid parameter value",
        _ => "Request rejected",
    };

    private static IEnumerable<string> Names(JsonObject request) => request["names"] is JsonArray names ? names.Select(n => (string)n!) : [];

    private static List<JsonObject> Parameters(JsonObject request) => request["parameters"] is JsonArray parameters ? [.. parameters.OfType<JsonObject>()] : [];
}
