using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp;

/// <summary>From the arguments of an operation to the message that is sent, and what is wrong with them in sentences.</summary>
internal static class UspArguments
{
    public const int MaximumPaths = 500;

    public static IEnumerable<FieldError> Check(string operation, JsonObject arguments) => operation switch
    {
        UspModuleDescriptor.Get or UspModuleDescriptor.Refresh => CheckList(arguments, UspPath.Check),
        UspModuleDescriptor.Delete or UspModuleDescriptor.SupportedDm or UspModuleDescriptor.Instances => CheckList(arguments, UspPath.CheckObject),
        UspModuleDescriptor.Operate => One("command", UspPath.CheckCommand(arguments.Text("command"))),
        DiagnosticForm.Id => DiagnosticForm.Check(arguments),
        FirmwareForm.Id => FirmwareForm.Check(arguments),
        UspModuleDescriptor.Set => CheckValues(arguments),
        UspModuleDescriptor.Add => [.. One("table", UspPath.CheckObject(arguments.Text("table"))), .. CheckNames(arguments)],
        UspModuleDescriptor.SupportedProtocol or UspModuleDescriptor.Reboot or UspModuleDescriptor.FactoryReset => [],
        _ => [new FieldError("", $"USP has no operation \"{operation}\".")],
    };

    public static UspBody Request(string operation, JsonObject arguments, string commandKey) => operation switch
    {
        UspModuleDescriptor.Get => new GetRequest { ParamPaths = arguments.List("paths"), MaxDepth = (uint)(arguments.Number("maxDepth") ?? 0) },
        UspModuleDescriptor.Refresh => new GetRequest { ParamPaths = arguments.List("paths") },
        UspModuleDescriptor.Set => Set(arguments),
        UspModuleDescriptor.Add => new AddRequest { Objects = [new ObjectSettings { Path = arguments.Text("table")!, Parameters = [.. arguments.Rows("values").Select(r => Setting(r, r.Text("name")!))] }] },
        UspModuleDescriptor.Delete => new DeleteRequest { ObjectPaths = arguments.List("paths"), AllowPartial = Flag(arguments, "allowPartial", false) },
        UspModuleDescriptor.SupportedDm => new GetSupportedDmRequest
        {
            ObjectPaths = arguments.List("paths"), FirstLevelOnly = Flag(arguments, "firstLevelOnly", false), ReturnCommands = true, ReturnEvents = true, ReturnParams = true, ReturnUniqueKeySets = true,
        },
        UspModuleDescriptor.Instances => new GetInstancesRequest { ObjectPaths = arguments.List("paths"), FirstLevelOnly = Flag(arguments, "firstLevelOnly", true) },
        UspModuleDescriptor.SupportedProtocol => new GetSupportedProtocolRequest { ControllerVersions = "1.0,1.1,1.2,1.3,1.4" },
        UspModuleDescriptor.Operate => Operate(arguments.Text("command")!, commandKey, Inputs(arguments)),
        DiagnosticForm.Id => UspDiagnostics.Request(arguments, commandKey),
        UspModuleDescriptor.Reboot => Operate("Device.Reboot()", commandKey, []),
        UspModuleDescriptor.FactoryReset => Operate("Device.FactoryReset()", commandKey, []),
        _ => throw new ArgumentException($"USP has no operation \"{operation}\".", nameof(operation)),
    };

    private static OperateRequest Operate(string command, string key, Dictionary<string, string> inputs) =>
        new() { Command = command, CommandKey = key, SendResponse = true, InputArguments = inputs };

    private static SetRequest Set(JsonObject arguments) => new()
    {
        AllowPartial = Flag(arguments, "allowPartial", false),
        Objects =
        [
            .. arguments.Rows("values").Select(r => (Row: r, Path: UspPath.Split(r.Text("path")!))).GroupBy(r => r.Path.Object, StringComparer.Ordinal)
                .Select(g => new ObjectSettings { Path = g.Key, Parameters = [.. g.Select(r => Setting(r.Row, r.Path.Name))] }),
        ],
    };

    private static ParameterSetting Setting(JsonObject row, string name) => new() { Name = name, Value = row.Text("value") ?? row.Number("value")?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "", Required = Flag(row, "required", true) };

    private static Dictionary<string, string> Inputs(JsonObject arguments)
    {
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in arguments.Rows("arguments")) inputs[row.Text("name") ?? ""] = row.Text("value") ?? "";
        return inputs;
    }

    private static bool Flag(JsonObject fields, string id, bool otherwise) => fields[id]?.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.True => true,
        System.Text.Json.JsonValueKind.False => false,
        _ => otherwise,
    };

    private static IEnumerable<FieldError> CheckList(JsonObject arguments, Func<string?, string?> check)
    {
        var paths = arguments.List("paths");
        if (paths.Count == 0) yield return new FieldError("paths", "Enter at least one path.");
        if (paths.Count > MaximumPaths) yield return new FieldError("paths", $"Enter at most {MaximumPaths} paths; an object with a dot at its end stands for everything below it.");
        foreach (var path in paths.Take(MaximumPaths))
            if (check(path) is { } wrong) yield return new FieldError("paths", wrong);
    }

    private static IEnumerable<FieldError> CheckValues(JsonObject arguments)
    {
        var rows = arguments.Rows("values");
        if (rows.Count == 0) yield return new FieldError("values", "Enter at least one value to set.");
        if (rows.Count > MaximumPaths) yield return new FieldError("values", $"Set at most {MaximumPaths} values at once.");
        for (var i = 0; i < Math.Min(rows.Count, MaximumPaths); i++)
            if (UspPath.CheckParameter(rows[i].Text("path")) is { } wrong) yield return new FieldError("values", $"Row {i + 1}: {wrong}");
    }

    private static IEnumerable<FieldError> CheckNames(JsonObject arguments) =>
        arguments.Rows("values").Where(r => r.Text("name") is not { } name || name.Contains('.', StringComparison.Ordinal))
            .Select(_ => new FieldError("values", "A first value is named by the parameter alone, without the table's path."));

    private static IEnumerable<FieldError> One(string field, string? wrong) => wrong is null ? [] : [new FieldError(field, wrong)];
}
