using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Devices;

/// <summary>What the audit log keeps of devices: everything but secrets; of those only which are set or were given anew.</summary>
internal static class DeviceAudit
{
    /// <summary>The row about a new device.</summary>
    public static NpgsqlBatchCommand Created(Caller caller, Guid id, DeviceInput input) =>
        Row(caller, "device.create", id, $"Created the device {input.Name}.", null, Describe(input, []));

    /// <summary>The row about a change.</summary>
    public static NpgsqlBatchCommand Updated(Caller caller, StoredDevice before, DeviceInput after) =>
        Row(caller, "device.update", before.Row.Id, $"Changed the device {after.Name}.", Describe(before), Describe(after, before.Endpoints));

    /// <summary>The row about a device that is gone.</summary>
    public static NpgsqlBatchCommand Deleted(Caller caller, StoredDevice before) =>
        Row(caller, "device.delete", before.Row.Id, $"Deleted the device {before.Row.Name} with its jobs and parameters.", Describe(before), null);

    private static NpgsqlBatchCommand Row(Caller caller, string action, Guid id, string summary, JsonObject? before, JsonObject? after) =>
        AuditLog.Command(caller, new AuditEntry(action, "device", id.ToString(), summary) { Before = before, After = after });

    private static JsonObject Describe(StoredDevice device) => Describe(
        device.Row.Name, device.Row.SerialNumber, device.Row.Manufacturer, device.Row.Model, device.Row.Site, device.Row.Tags, device.Notes,
        device.Endpoints.Select(e => Endpoint(e.Endpoint.Protocol, e.Endpoint.Identity, e.Endpoint.Settings, e.OwnSecrets, e.Endpoint.TemplateId)));

    private static JsonObject Describe(DeviceInput input, IReadOnlyList<StoredEndpoint> stored) => Describe(
        input.Name, input.SerialNumber, input.Manufacturer, input.Model, input.Site, input.Tags, input.Notes,
        input.Endpoints.Select(e =>
        {
            var set = (stored.FirstOrDefault(s => s.Endpoint.Protocol == e.Protocol)?.OwnSecrets ?? [])
                .Concat(e.Secrets.Keys).Distinct().Where(f => !e.Secrets.TryGetValue(f, out var v) || v.Length > 0).Order(StringComparer.Ordinal);
            var described = Endpoint(e.Protocol, e.Identity, e.Settings, e.TemplateId is null ? set : [], e.TemplateId);
            if (e.Secrets.Count > 0) described["given"] = List(e.Secrets.Keys.Order(StringComparer.Ordinal));
            return described;
        }));

    private static JsonObject Describe(string name, string serial, string manufacturer, string model, string site, IEnumerable<string> tags, string notes, IEnumerable<JsonObject> endpoints) => new()
    {
        ["name"] = name,
        ["serialNumber"] = serial,
        ["manufacturer"] = manufacturer,
        ["model"] = model,
        ["site"] = site,
        ["tags"] = List(tags),
        ["notes"] = notes,
        ["endpoints"] = new JsonArray([.. endpoints]),
    };

    // "set" and "given" hold names of fields, never values.
    private static JsonObject Endpoint(string protocol, string? identity, JsonObject settings, IEnumerable<string> set, Guid? template)
    {
        var described = new JsonObject { ["protocol"] = protocol, ["identity"] = identity, ["settings"] = settings.DeepClone(), ["set"] = List(set) };
        if (template is { } id) described["template"] = id.ToString();
        return described;
    }

    private static JsonArray List(IEnumerable<string> items) => [.. items.Select(i => (JsonNode?)JsonValue.Create(i))];
}
