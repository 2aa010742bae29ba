using System.Globalization;
using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Components.Shared.Forms;

namespace DeviceConsole.Web.Components.Devices;

/// <summary>What stands in the form that starts a job on a device.</summary>
public sealed class RunJobModel
{
    private readonly Dictionary<(string Protocol, string Operation), FieldValues> arguments = [];
    private readonly Rights rights;

    /// <summary>An opening of the form. It has one idempotency key: however often it is sent, it makes one job.</summary>
    public RunJobModel(DeviceDetail device, ProtocolCatalog catalog, Rights rights, bool diagnostic = false)
    {
        this.rights = rights;
        Device = device;
        Protocols = [.. device.Endpoints.Select(e => catalog.Find(e.Protocol)?.Descriptor).OfType<ProtocolDescriptor>()];
        if (Protocols.Count > 0) ChooseProtocol(Protocols[0].Id);
        if (diagnostic && Diagnostic(Protocols) is { } test)
        {
            ChooseProtocol(test.Protocol.Id);
            ChooseOperation(test.Operation.Id);
        }
    }

    /// <summary>The first protocol with an operation that has the device test its line, or null.</summary>
    public static (ProtocolDescriptor Protocol, OperationDescriptor Operation)? Diagnostic(IEnumerable<ProtocolDescriptor> protocols)
    {
        foreach (var protocol in protocols)
            if (protocol.Operations.FirstOrDefault(o => o.IsDiagnostic) is { } operation) return (protocol, operation);
        return null;
    }

    /// <summary>The device.</summary>
    public DeviceDetail Device { get; }

    /// <summary>Protocols that it can be reached by.</summary>
    public IReadOnlyList<ProtocolDescriptor> Protocols { get; }

    /// <summary>The chosen protocol; null where there is none.</summary>
    public ProtocolDescriptor? Protocol { get; private set; }

    /// <summary>The chosen operation; null where the person may run none.</summary>
    public OperationDescriptor? Operation { get; private set; }

    /// <summary>Order among the device's jobs.</summary>
    public JobPriority Priority { get; set; } = JobPriority.Normal;

    /// <summary>Seconds, as typed; empty for the operation's default.</summary>
    public string Timeout { get; set; } = "";

    /// <summary>As typed; empty for the default.</summary>
    public string Attempts { get; set; } = "";

    /// <summary>The device's name, typed before something dangerous.</summary>
    public string TypedName { get; set; } = "";

    /// <summary>The same for every attempt to send this form.</summary>
    public string IdempotencyKey { get; } = $"form-{Guid.NewGuid():N}";

    /// <summary>Operations that the person may run; writes need another right than reads.</summary>
    public IReadOnlyList<OperationDescriptor> Operations => Protocol is null ? [] : [.. Protocol.Operations.Where(o => rights.HasFlag(o.Writes ? Rights.RunWrites : Rights.RunReads))];

    /// <summary>The operation's arguments; what was typed is still there after looking at another operation.</summary>
    public FieldValues? Arguments
    {
        get
        {
            if (Protocol is null || Operation is null) return null;
            var key = (Protocol.Id, Operation.Id);
            if (!arguments.TryGetValue(key, out var values)) arguments[key] = values = FieldValues.Empty(Operation.Fields);
            return values;
        }
    }

    /// <summary>Another protocol.</summary>
    public void ChooseProtocol(string id)
    {
        Protocol = Protocols.FirstOrDefault(p => p.Id == id);
        Operation = Operations.Count > 0 ? Operations[0] : null;
    }

    /// <summary>Another operation.</summary>
    public void ChooseOperation(string id) => Operation = Operations.FirstOrDefault(o => o.Id == id);

    /// <summary>The request, or what is wrong with what only this form knows.</summary>
    public Result<JobRequest> ToRequest()
    {
        if (Protocol is null || Operation is null || Arguments is null) return Problem.Invalid("operation", "Choose what to do.");
        var errors = new List<FieldError>();
        var timeout = Number(Timeout, "timeout", "The time-out is a number of seconds from 1 to 86,400.", 1, 86_400, errors);
        var attempts = Number(Attempts, "maxAttempts", "The number of attempts is from 1 to 100.", 1, 100, errors);
        if (Operation.Dangerous && TypedName.Trim() != Device.Device.Name.Trim())
            errors.Add(new FieldError("name", $"Type {Device.Device.Name} to confirm: {Operation.Name} is not undone by anything."));
        if (errors.Count > 0) return Problem.Invalid(errors);
        return new JobRequest(Device.Device.Id, Protocol.Id, Operation.Id, Arguments.ToJson())
        {
            Priority = Priority,
            Timeout = timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            MaxAttempts = attempts,
            IdempotencyKey = IdempotencyKey,
        };
    }

    private static int? Number(string typed, string field, string sentence, int low, int high, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;
        if (int.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= low && number <= high) return number;
        errors.Add(new FieldError(field, sentence));
        return null;
    }
}
