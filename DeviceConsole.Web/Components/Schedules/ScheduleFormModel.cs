using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Scheduling;
using DeviceConsole.Web.Components.Shared.Forms;

namespace DeviceConsole.Web.Components.Schedules;

/// <summary>A device that was chosen.</summary>
public sealed record ChosenDevice(Guid Id, string Name);

/// <summary>What stands in the form of a schedule.</summary>
public sealed class ScheduleFormModel
{
    private readonly Dictionary<(string Protocol, string Operation), FieldValues> arguments = [];
    private readonly ProtocolCatalog catalog;

    private ScheduleFormModel(ProtocolCatalog catalog) => this.catalog = catalog;

    /// <summary>Times that are chosen most, in words that the service understands.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["every 5 minutes", "every 15 minutes", "hourly", "every 6 hours", "daily at 03:30"];

    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>When it runs, in words or cron.</summary>
    public string Cron { get; set; } = Presets[0];

    /// <summary>IANA name.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Order among the devices' jobs.</summary>
    public JobPriority Priority { get; set; } = JobPriority.Background;

    /// <summary>It runs.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The protocol; null where there is none.</summary>
    public ProtocolDescriptor? Protocol { get; private set; }

    /// <summary>What is asked of the devices.</summary>
    public OperationDescriptor? Operation { get; private set; }

    /// <summary>The devices.</summary>
    public IReadOnlyList<ChosenDevice> Devices { get; set; } = [];

    /// <summary>The operation's arguments.</summary>
    public FieldValues? Arguments
    {
        get
        {
            if (Protocol is null || Operation is null) return null;
            if (!arguments.TryGetValue((Protocol.Id, Operation.Id), out var values)) arguments[(Protocol.Id, Operation.Id)] = values = FieldValues.Empty(Operation.Fields);
            return values;
        }
    }

    /// <summary>An empty form, in the person's time zone.</summary>
    public static ScheduleFormModel New(ProtocolCatalog catalog, string timeZone)
    {
        var model = new ScheduleFormModel(catalog) { TimeZone = timeZone };
        if (catalog.All.Count > 0) model.ChooseProtocol(catalog.All[0].Descriptor.Id);
        return model;
    }

    /// <summary>A stored schedule; devices without a known name carry their id.</summary>
    public static ScheduleFormModel From(ScheduleInput stored, ProtocolCatalog catalog, IReadOnlyDictionary<Guid, string> names)
    {
        var model = new ScheduleFormModel(catalog)
        {
            Name = stored.Name,
            Cron = stored.Cron,
            TimeZone = stored.TimeZone,
            Priority = stored.Priority,
            Enabled = stored.Enabled,
            Devices = [.. stored.DeviceIds.Select(id => new ChosenDevice(id, names.GetValueOrDefault(id, id.ToString())))],
        };
        model.ChooseProtocol(stored.Protocol);
        model.ChooseOperation(stored.Operation);
        if (model is { Protocol: { } protocol, Operation: { } operation }) model.arguments[(protocol.Id, operation.Id)] = FieldValues.From(operation.Fields, stored.Arguments);
        return model;
    }

    /// <summary>Another protocol.</summary>
    public void ChooseProtocol(string id)
    {
        Protocol = catalog.Find(id)?.Descriptor;
        Operation = Protocol is { Operations.Count: > 0 } ? Protocol.Operations[0] : null;
    }

    /// <summary>Another operation.</summary>
    public void ChooseOperation(string id) => Operation = Protocol?.Operation(id) ?? Operation;

    /// <summary>What the service gets.</summary>
    public ScheduleInput ToInput() => new()
    {
        Name = Name,
        Cron = Cron,
        TimeZone = TimeZone,
        Protocol = Protocol?.Id ?? "",
        Operation = Operation?.Id ?? "",
        Arguments = Arguments?.ToJson() ?? [],
        DeviceIds = [.. Devices.Select(d => d.Id)],
        Priority = Priority,
        Enabled = Enabled,
    };
}
