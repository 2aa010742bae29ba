using System.Text.Json;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Session;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp;

/// <summary>From answers to values. GetResp names no types: they come from the agent's supported data model, where that is known.</summary>
internal static class UspValues
{
    private const int MaximumMap = 200;

    public static List<ParameterValue> Of(GetResponse response, SupportedModel? model) =>
        [.. from requested in response.RequestedPaths from resolved in requested.Resolved from parameter in resolved.Parameters select Of(resolved.Path + parameter.Key, parameter.Value, model)];

    public static ParameterValue Of(string path, string value, SupportedModel? model) =>
        model?.Find(path) is { } known ? new ParameterValue(path, value, known.Type) { Writable = known.Writable } : new ParameterValue(path, value, "string");

    public static List<PathError> ErrorsOf(GetResponse response) =>
        [.. response.RequestedPaths.Where(p => p.ErrorCode != 0).Select(p => new PathError { Path = p.Path, Code = p.ErrorCode, Message = p.ErrorMessage })];

    /// <summary>What the device says of itself, from the values of Device.DeviceInfo.</summary>
    public static DeviceFacts FactsOf(IReadOnlyList<ParameterValue> values) => new()
    {
        Manufacturer = Fact(values, "Manufacturer"),
        Model = Fact(values, "ModelName") ?? Fact(values, "ProductClass"),
        SerialNumber = Fact(values, "SerialNumber"),
        SoftwareVersion = Fact(values, "SoftwareVersion"),
        HardwareVersion = Fact(values, "HardwareVersion"),
    };

    /// <summary>The supported data model as values to look at: parameters with type and access, commands and events.</summary>
    public static List<ParameterValue> Of(GetSupportedDmResponse response)
    {
        var values = new List<ParameterValue>();
        foreach (var one in response.RequestedObjects.SelectMany(r => r.Objects))
        {
            values.Add(new ParameterValue(one.Path, null, one.IsMultiInstance ? "table" : "object") { Writable = one.IsMultiInstance ? one.Access != ObjectAccess.ReadOnly : null });
            values.AddRange(one.Parameters.Select(p => new ParameterValue(one.Path + p.Name, null, SupportedModel.TypeName(p.Type)) { Writable = p.Access != ParameterAccess.ReadOnly }));
            values.AddRange(one.Commands.Select(c => new ParameterValue(one.Path + c.Name, Arguments(c), c.Kind == CommandKind.Async ? "command, goes on by itself" : "command")));
            values.AddRange(one.Events.Select(e => new ParameterValue(one.Path + e.Name, string.Join(", ", e.Arguments), "event")));
        }
        return values;
    }

    /// <summary>The parameters that a Boot! event carries as a JSON text; nothing where it is none.</summary>
    public static List<ParameterValue> OfParameterMap(string? map, SupportedModel? model)
    {
        if (string.IsNullOrEmpty(map)) return [];
        try
        {
            using var document = JsonDocument.Parse(map);
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? []
                : [.. document.RootElement.EnumerateObject().Where(p => UspPath.CheckParameter(p.Name) is null && p.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
                    .Take(MaximumMap).Select(p => Of(p.Name, p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText(), model))];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string Arguments(SupportedCommand command) =>
        command.OutputArguments.Count == 0 ? string.Join(", ", command.InputArguments) : $"{string.Join(", ", command.InputArguments)} → {string.Join(", ", command.OutputArguments)}";

    private static string? Fact(IReadOnlyList<ParameterValue> values, string name) =>
        values.FirstOrDefault(v => v.Path == "Device.DeviceInfo." + name)?.Value is { Length: > 0 } text ? text : null;
}
