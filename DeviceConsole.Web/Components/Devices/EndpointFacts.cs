using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.Devices;

/// <summary>An endpoint's settings and credentials in the descriptor's words.</summary>
public static class EndpointFacts
{
    /// <summary>Labels and values in the order of the form; what is not set is left out. Without a descriptor the stored ids.</summary>
    public static IEnumerable<(string Label, string Value)> Settings(ProtocolDescriptor? descriptor, DeviceEndpoint endpoint) => descriptor is null
        ? endpoint.Settings.Where(s => s.Value is not null).Select(s => (s.Key, Text(s.Value!)))
        : descriptor.Settings.Where(f => endpoint.Settings[f.Id] is not null && f.Applies(descriptor.Settings, endpoint.Settings)).Select(f => (f.Label, Value(f, endpoint.Settings[f.Id]!)));

    /// <summary>Labels of the credentials and whether they are set.</summary>
    public static IEnumerable<(string Label, bool IsSet)> Credentials(ProtocolDescriptor? descriptor, DeviceEndpoint endpoint) =>
        descriptor?.Credentials.Where(f => f.Applies(descriptor.Settings, endpoint.Settings)).Select(f => (f.Label, endpoint.SecretsSet.Contains(f.Id))) ?? endpoint.SecretsSet.Select(s => (s, true));

    /// <summary>One field's value as a person reads it: the label of a choice, yes or no, a list by commas.</summary>
    public static string Value(FieldDescriptor field, JsonNode value) => field.Kind switch
    {
        FieldKind.Choice => field.Choices.FirstOrDefault(c => c.Value == Text(value))?.Label ?? Text(value),
        FieldKind.Toggle => value.GetValueKind() == JsonValueKind.True ? "Yes" : "No",
        FieldKind.List when value is JsonArray items => string.Join(", ", items.Select(i => i is null ? "" : Text(i))),
        _ => Text(value),
    };

    private static string Text(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
}
