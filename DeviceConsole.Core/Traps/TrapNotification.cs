namespace DeviceConsole.Core.Traps;

/// <summary>How bad a notification says it is.</summary>
public enum TrapSeverity
{
    /// <summary>It does not say: SNMP has no severity. Rules decide.</summary>
    Unknown,
}

/// <summary>A notification of a device, named by the tenant's MIBs. Its sender is proved.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Oid">The notification's object identifier.</param>
/// <param name="Name">Its name, or the object identifier where no MIB names it.</param>
/// <param name="Severity">Always unknown as it comes.</param>
/// <param name="Message">One line for people.</param>
/// <param name="At">When it came.</param>
/// <param name="Variables">What came with it, in order.</param>
public sealed record TrapNotification(
    Guid TenantId, Guid DeviceId, string Protocol, string Oid, string Name, TrapSeverity Severity, string Message, DateTimeOffset At, IReadOnlyList<TrapVariable> Variables)
{
    /// <summary>The detail that stands beside the event, as JSON: how it came, and the variables as <c>varbinds</c> of <c>{"oid", "name", "type", "value", "text", "hex"}</c>.</summary>
    public string Detail { get; init; } = "{}";
}

/// <summary>A variable of a notification.</summary>
/// <param name="Oid">The instance.</param>
/// <param name="Name">The object's name without the instance; the object identifier where no MIB names it.</param>
/// <param name="Instance">The instance behind the name, dotted; empty where there is none.</param>
/// <param name="Type">The value's type.</param>
/// <param name="Value">The value; null where there is none.</param>
/// <param name="Text">The value in words by the MIB, or the value.</param>
public sealed record TrapVariable(string Oid, string Name, string Instance, string Type, string? Value, string Text)
{
    /// <summary>The value's octets in lower-case hex, where <see cref="Value"/> loses some of them.</summary>
    public string? Hex { get; init; }
}

/// <summary>
/// Is told of every notification after it was stored. Called for all notifications of one tenant that were stored together, one call at a time;
/// what it throws is logged and spoils nothing else.
/// </summary>
public interface ITrapSubscriber
{
    /// <summary>Takes some notifications of one tenant, in the order in which they came.</summary>
    Task OnTrapsAsync(Guid tenant, IReadOnlyList<TrapNotification> traps, CancellationToken cancellationToken);
}
