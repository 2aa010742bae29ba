using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Traps;

/// <summary>A notification by a tenant's MIBs.</summary>
internal static class TrapNames
{
    private const int MaximumMessage = 300, MaximumText = 1_000;

    public static TrapNotification Describe(MibTree tree, ReceivedNotification received)
    {
        var name = NameOf(tree, received.Oid);
        var variables = received.Values.Select(v => Variable(tree, v)).ToList();
        var said = string.Join(", ", variables.Select(v => $"{v.Name} {v.Text}"));
        var message = said.Length == 0 ? name : $"{name}: {said}";
        return new TrapNotification(
            received.TenantId, received.DeviceId, received.Protocol, received.Oid, name, TrapSeverity.Unknown, Short(message, MaximumMessage), received.At, variables)
        {
            Detail = Detail(received, name, variables),
        };
    }

    private static string Detail(ReceivedNotification received, string name, List<TrapVariable> variables)
    {
        var detail = new JsonObject { ["trap"] = name, ["oid"] = received.Oid, ["from"] = received.Remote.ToString(), ["form"] = received.Form };
        if (received.UpTime is { } up) detail["upTime"] = up.ToString("c", CultureInfo.InvariantCulture);
        detail["varbinds"] = new JsonArray([.. variables.Select(v => (JsonNode)new JsonObject
        {
            ["oid"] = v.Oid, ["name"] = v.Instance.Length == 0 ? v.Name : $"{v.Name}.{v.Instance}", ["type"] = v.Type, ["value"] = v.Value, ["text"] = v.Text,
        })]);
        return detail.ToJsonString(JsonSerializerOptions.Web);
    }

    private static TrapVariable Variable(MibTree tree, ParameterValue value)
    {
        var shown = ParameterNames.Describe(tree, value);
        var (name, instance) = Split(shown.Name) ?? (value.Path, "");
        return new TrapVariable(value.Path, name, instance, value.Type, value.Value is null ? null : Short(value.Value, MaximumText), Short(shown.Text ?? value.Value ?? value.Type, MaximumText));
    }

    private static (string Name, string Instance)? Split(string? shown)
    {
        if (shown is null) return null;
        var dot = shown.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (shown, "") : (shown[..dot], shown[(dot + 1)..]);
    }

    private static string NameOf(MibTree tree, string oid) =>
        MibOid.TryParse(oid, out var arcs) && tree.Find(arcs) is { Definition: { } definition } ? definition.Name : oid;

    private static string Short(string text, int length)
    {
        var clean = FaultJson.Clean(text);
        return clean.Length <= length ? clean : FaultJson.Storable(clean[..(length - 1)]) + "…";
    }
}
