namespace DeviceConsole.Core.Alarms;

/// <summary>How events become alarms: what raises one, what clears it, how bad it is and how it reads.</summary>
public sealed record AlarmRuleInput
{
    /// <summary>1 to 200 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>False: it stands, but does nothing.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Kinds of events or object identifiers of traps that raise it; a <c>*</c> at the end stands for any rest.</summary>
    public IReadOnlyList<string> RaiseOn { get; init; } = [];

    /// <summary>Those that clear it; empty where only people do.</summary>
    public IReadOnlyList<string> ClearOn { get; init; } = [];

    /// <summary>How bad it is.</summary>
    public AlarmSeverity Severity { get; init; } = AlarmSeverity.Warning;

    /// <summary>Which alarm of the device: a text with <c>{names}</c> of the event's values, see <see cref="AlarmTemplate"/>.</summary>
    public string Key { get; init; } = "";

    /// <summary>What people read, with <c>{names}</c> too.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A rule of a tenant.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Builtin">The code of the built-in rule that it is; null for a tenant's own.</param>
/// <param name="IsChanged">A built-in rule that the tenant has changed.</param>
/// <param name="Rule">What it says.</param>
public sealed record AlarmRuleView(Guid Id, string? Builtin, bool IsChanged, AlarmRuleInput Rule);

/// <summary>A silence by rule.</summary>
/// <param name="Id">The silence.</param>
/// <param name="DeviceId">The device; null for all.</param>
/// <param name="DeviceName">Its name.</param>
/// <param name="Key">Which alarms; <c>*</c> stands for any text.</param>
/// <param name="Until">Its end.</param>
/// <param name="Reason">Why.</param>
/// <param name="CreatedBy">By whom.</param>
public sealed record AlarmSuppression(Guid Id, Guid? DeviceId, string? DeviceName, string Key, DateTimeOffset Until, string Reason, string CreatedBy);

/// <summary>Which alarms are to be kept quiet.</summary>
/// <param name="DeviceId">The device; null for all.</param>
/// <param name="Key">Which alarms; <c>*</c> stands for any text.</param>
/// <param name="Until">The end.</param>
/// <param name="Reason">Why.</param>
public sealed record SuppressionInput(Guid? DeviceId, string Key, DateTimeOffset Until, string Reason);
