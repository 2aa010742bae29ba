using System.Globalization;
using System.Text.Json;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>Reads the JSON of a response (WDMP) into values or a fault.</summary>
internal static class WebPaAnswer
{
    // What wdmp-c writes as the value of an object that holds nothing.
    private const string Empty = "EMPTY";
    private const string Success = "Success";

    /// <summary>The outcome of a request.</summary>
    /// <param name="operation">What was asked.</param>
    /// <param name="asked">The values that a write asked for, which the answer does not repeat.</param>
    /// <param name="payload">The response's payload.</param>
    public static ProtocolOutcome Read(string operation, IReadOnlyList<ParameterValue> asked, ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return Read(operation, asked, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Text that is no JSON, has another shape, or holds half a surrogate pair.
            return ProtocolOutcome.Failure(WebPaFaults.Garbage(e.Message));
        }
    }

    private static ProtocolOutcome Read(string operation, IReadOnlyList<ParameterValue> asked, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("statusCode", out var code) || !TryReadStatus(code, out var status))
            return ProtocolOutcome.Failure(WebPaFaults.Garbage("The answer has no statusCode."));
        var parameters = root.TryGetProperty("parameters", out var list) && list.ValueKind == JsonValueKind.Array ? list : default;
        if (status is not (200 or 201))
        {
            var (name, says) = FirstFailure(parameters);
            return ProtocolOutcome.Failure(WebPaFaults.From(status, says ?? Text(root, "message"), name));
        }
        return operation switch
        {
            "get" or "refresh" => Values(parameters),
            "get-attributes" => Attributes(parameters),
            "set-attributes" => ProtocolOutcome.Success([], Count(asked.Count, "parameter") + " changed"),
            "add-row" => Added(asked, Text(root, "row")),
            "delete-row" => ProtocolOutcome.Success([], "The row is deleted") with { Removed = [.. asked.Select(a => a.Path)] },
            "replace-rows" => ProtocolOutcome.Success([], "The rows are replaced; refresh the table to see them") with { Removed = [.. asked.Select(a => a.Path)] },
            "reboot" => ProtocolOutcome.Success([], "The device restarts; it calls in again by itself"),
            _ => ProtocolOutcome.Success([.. asked, .. Named(parameters)], Count(asked.Count, "value") + " set"),
        };
    }

    private static ProtocolOutcome Values(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Array) return ProtocolOutcome.Failure(WebPaFaults.Garbage("The answer has no parameters."));
        var values = new List<ParameterValue>();
        var whole = new List<string>();
        foreach (var parameter in parameters.EnumerateArray())
        {
            if (IsWhole(parameter)) whole.Add(Name(parameter));
            if (parameter.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Array)
                foreach (var inner in value.EnumerateArray()) values.Add(Value(inner));
            else if (!IsEmptyObject(parameter)) values.Add(Value(parameter));
        }
        // The same name may be asked for alone and by its object.
        var distinct = values.DistinctBy(v => v.Path).ToList();
        return ProtocolOutcome.Success([.. distinct, .. EmptyTables.In(distinct)], Count(distinct.Count, "value")) with { Whole = whole };
    }

    // An object is answered with all that it holds, and with how many those are. Fewer values than it counts are a part; none at all is believed of a table only.
    private static bool IsWhole(JsonElement parameter)
    {
        if (Text(parameter, "name")?.EndsWith('.') != true || CountOf(parameter) is not { } count || (Text(parameter, "message") ?? Success) != Success) return false;
        if (IsEmptyObject(parameter)) return Name(parameter).AsSpan().Count('.') > 2;
        return count > 0 && parameter.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == count;
    }

    private static bool IsEmptyObject(JsonElement parameter) => Text(parameter, "value") == Empty && CountOf(parameter) == 0;

    private static int? CountOf(JsonElement parameter) =>
        parameter.TryGetProperty("parameterCount", out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out var number) ? number : null;

    private static ParameterValue Value(JsonElement element) =>
        new(Name(element), Text(element, "value"), TypeOf(element));

    private static string TypeOf(JsonElement element) =>
        element.TryGetProperty("dataType", out var type) && type.ValueKind == JsonValueKind.Number && type.TryGetInt32(out var number) ? WebPaTypes.Name(number) : "string";

    // Attributes are no values of the device: they are shown, and the tree stays as it is.
    private static ProtocolOutcome Attributes(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Array) return ProtocolOutcome.Failure(WebPaFaults.Garbage("The answer has no parameters."));
        var values = new List<ParameterValue>();
        foreach (var parameter in parameters.EnumerateArray())
        {
            var notify = parameter.TryGetProperty("attributes", out var attributes) && attributes.ValueKind == JsonValueKind.Object ? Text(attributes, "notify") : null;
            values.Add(new ParameterValue(Name(parameter), notify switch { "1" => "notify on", "0" => "notify off", _ => notify }, "attribute"));
        }
        return ProtocolOutcome.Success(values, Count(values.Count, "parameter")) with { StoreValues = false };
    }

    // The answer names the row that was made: what was written into it is known.
    private static ProtocolOutcome Added(IReadOnlyList<ParameterValue> asked, string? row)
    {
        if (string.IsNullOrEmpty(row)) return ProtocolOutcome.Failure(WebPaFaults.Garbage("The answer does not name the new row."));
        var path = row.EndsWith('.') ? row : row + ".";
        return ProtocolOutcome.Success([.. asked.Select(a => a with { Path = path + a.Path })], $"The row {path} is added");
    }

    // TEST_AND_SET answers with the configuration id and the change counter that hold now.
    private static IEnumerable<ParameterValue> Named(JsonElement parameters) => parameters.ValueKind != JsonValueKind.Array
        ? []
        : [.. parameters.EnumerateArray().Where(p => p.TryGetProperty("value", out _)).Select(Value)];

    private static (string? Name, string? Says) FirstFailure(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Array) return (null, null);
        foreach (var parameter in parameters.EnumerateArray())
            if (Text(parameter, "message") is { } says && says != Success) return (Name(parameter), says);
        return (null, null);
    }

    private static bool TryReadStatus(JsonElement code, out int status)
    {
        status = 0;
        return code.ValueKind switch
        {
            JsonValueKind.Number => code.TryGetInt32(out status),
            JsonValueKind.String => int.TryParse(code.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out status),
            _ => false,
        };
    }

    private static string Name(JsonElement element) => Text(element, "name") is { Length: > 0 } name ? name : throw new FormatException("A parameter has no name.");

    // Values come as text whatever their type is; some firmware writes numbers and booleans plainly.
    private static string? Text(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.GetRawText(),
    };

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}s");
}
