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
        return new TrapNotification(
            received.TenantId, received.DeviceId, received.Protocol, received.Oid, name, TrapSeverity.Unknown, Message(name, variables), received.At, variables)
        {
            Detail = Detail(received, name, variables),
        };
    }

    /// <summary>A stored notification that had no names when it came, by the modules of today.</summary>
    public static TrapView Again(MibTree tree, TrapView stored)
    {
        // Names hold no dotted numbers: most notifications are read no further.
        if (stored.Detail is null || !stored.Message.Contains("1.3.6.1.", StringComparison.Ordinal)) return stored;
        if (JsonNode.Parse(stored.Detail) is not JsonObject detail || detail["varbinds"] is not JsonArray list) return stored;
        var name = NameOf(tree, stored.Oid);
        var variables = list.OfType<JsonObject>().Select(v => Variable(tree, new ParameterValue(Text(v, "oid") ?? "", Text(v, "value"), Text(v, "type") ?? "") { RawHex = Text(v, "hex") })).ToList();
        (detail["trap"], detail["varbinds"]) = (name, Written(variables));
        return stored with { Message = Message(name, variables), Detail = detail.ToJsonString(JsonSerializerOptions.Web) };
    }

    private static string Message(string name, List<TrapVariable> variables)
    {
        var said = string.Join(", ", variables.Select(v => $"{v.Name} {v.Text}"));
        return Short(said.Length == 0 ? name : $"{name}: {said}", MaximumMessage);
    }

    private static string Detail(ReceivedNotification received, string name, List<TrapVariable> variables)
    {
        var detail = new JsonObject { ["trap"] = name, ["oid"] = received.Oid, ["from"] = received.Remote.ToString(), ["form"] = received.Form };
        if (received.UpTime is { } up) detail["upTime"] = up.ToString("c", CultureInfo.InvariantCulture);
        detail["varbinds"] = Written(variables);
        return detail.ToJsonString(JsonSerializerOptions.Web);
    }

    private static JsonArray Written(List<TrapVariable> variables) => new([.. variables.Select(v =>
    {
        var written = new JsonObject { ["oid"] = v.Oid, ["name"] = v.Instance.Length == 0 ? v.Name : $"{v.Name}.{v.Instance}", ["type"] = v.Type, ["value"] = v.Value, ["text"] = v.Text };
        if (v.Hex is { } hex) written["hex"] = hex;
        return (JsonNode)written;
    })]);

    private static string? Text(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // What only a place far above has a name of keeps its numbers: "enterprises" would say nothing.
    private static TrapVariable Variable(MibTree tree, ParameterValue value)
    {
        var isNamed = MibOid.TryParse(value.Path, out var arcs) && (tree.Find(arcs) is not null || tree.Longest(arcs) is { Node.Definition.Kind: MibKind.Column or MibKind.Scalar });
        var shown = isNamed ? ParameterNames.Describe(tree, value) : default;
        var (name, instance) = Split(shown.Name) ?? (value.Path, "");
        return new TrapVariable(value.Path, name, instance, value.Type, value.Value is null ? null : Short(value.Value, MaximumText), Short(shown.Text ?? value.Value ?? value.Type, MaximumText))
        {
            Hex = value.RawHex is { Length: <= MaximumText } hex ? hex : null,
        };
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
