using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>What the descriptor cannot say of a request's arguments: names, objects and values that fit their types.</summary>
internal static class WebPaArguments
{
    private const int MaximumName = 256;

    // wdmp-c reads the names of a GET into an array of 512 without looking.
    private const int MaximumNames = 500;

    public static IEnumerable<FieldError> Check(string operation, JsonObject arguments) => operation switch
    {
        "get" => CheckNames(arguments, objects: true),
        "get-attributes" => CheckNames(arguments, objects: false),
        "refresh" => One("path", CheckObject(arguments.Text("path"))),
        "set" or "test-and-set" => CheckValues(arguments),
        "set-attributes" => CheckRows(arguments, "attributes", r => CheckName(r.Text("name"), objects: false)),
        "add-row" => One("table", CheckObject(arguments.Text("table"))).Concat(CheckRows(arguments, "values", r => CheckColumn(r.Text("name")))),
        "replace-rows" => One("table", CheckObject(arguments.Text("table"))).Concat(CheckRows(arguments, "rows", r => CheckColumn(r.Text("name")))),
        "delete-row" => One("row", CheckRow(arguments.Text("row"))),
        FirmwareForm.Id => FirmwareForm.Check(arguments),
        "reboot" => [],
        _ => [new FieldError("", $"WebPA has no operation \"{operation}\".")],
    };

    private static IEnumerable<FieldError> CheckNames(JsonObject arguments, bool objects)
    {
        var names = arguments.List("names");
        if (names.Count > MaximumNames) yield return new FieldError("names", $"Devices take at most {MaximumNames} names at once; ask for whole objects, or in several jobs.");
        for (var i = 0; i < names.Count; i++)
            if (CheckName(names[i], objects) is { } wrong) yield return new FieldError($"names[{i}]", wrong);
    }

    private static IEnumerable<FieldError> CheckValues(JsonObject arguments)
    {
        var rows = arguments.Rows("values");
        for (var i = 0; i < rows.Count; i++)
        {
            if (CheckName(rows[i].Text("name"), objects: false) is { } wrong) yield return new FieldError($"values[{i}].name", wrong);
            if (WebPaTypes.Check(rows[i].Text("type") ?? "string", rows[i].Text("value") ?? "") is { } misfit) yield return new FieldError($"values[{i}].value", misfit);
        }
    }

    private static IEnumerable<FieldError> CheckRows(JsonObject arguments, string field, Func<JsonObject, string?> check)
    {
        var rows = arguments.Rows(field);
        for (var i = 0; i < rows.Count; i++)
            if (check(rows[i]) is { } wrong) yield return new FieldError($"{field}[{i}].name", wrong);
    }

    private static IEnumerable<FieldError> One(string field, string? wrong) => wrong is null ? [] : [new FieldError(field, wrong)];

    private static string? CheckName(string? name, bool objects)
    {
        if (name is null) return "The name is missing.";
        if (name.Length > MaximumName) return $"A name has at most {MaximumName} characters.";
        if (name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) return $"\"{name}\" has a space in it; names have none.";
        if (!name.Contains('.', StringComparison.Ordinal) || name.StartsWith('.') || name.Contains("..", StringComparison.Ordinal))
            return $"\"{name}\" is no full name; it looks like Device.DeviceInfo.SerialNumber.";
        return name.EndsWith('.') && !objects ? $"\"{name}\" names an object; name one parameter, without a dot at its end." : null;
    }

    private static string? CheckObject(string? path) =>
        CheckName(path, objects: true) ?? (path!.EndsWith('.') ? null : $"\"{path}\" needs a dot at its end, as every object has.");

    private static string? CheckRow(string? path)
    {
        if (CheckObject(path) is { } wrong) return wrong;
        var number = path!.TrimEnd('.').Split('.')[^1];
        return number.Length > 0 && number.All(char.IsAsciiDigit) ? null : $"\"{path}\" names no instance; it ends with a number and a dot, for example Device.NAT.PortMapping.1.";
    }

    private static string? CheckColumn(string? name) =>
        !string.IsNullOrEmpty(name) && name.Length <= MaximumName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? null : "A column is a parameter's last name, for example ExternalPort.";
}
