using DeviceConsole.Core.Alarms;

namespace DeviceConsole.Web.Api.Alarms;

/// <summary>Alarms to change.</summary>
/// <param name="Ids">1 to 500.</param>
/// <param name="Note">Kept with them.</param>
public sealed record AlarmsBody(IReadOnlyList<Guid>? Ids, string? Note = null);

/// <summary>Alarms to keep quiet.</summary>
/// <param name="Ids">1 to 500.</param>
/// <param name="Until">The end of the silence.</param>
/// <param name="Note">Kept with them.</param>
public sealed record SuppressBody(IReadOnlyList<Guid>? Ids, DateTimeOffset Until, string? Note = null);

/// <summary>How many alarms were changed; those that were so already do not count.</summary>
public sealed record ChangedResource(int Changed);

/// <summary>A thing that was made.</summary>
public sealed record MadeResource(Guid Id);

/// <summary>A rule.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="RaiseOn">Kinds of events or trap OIDs that raise the alarm; * at the end for any rest.</param>
/// <param name="ClearOn">Those that clear it.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Key">Which alarm of the device, with {names} of the event's values.</param>
/// <param name="Text">What people read, with {names} too.</param>
/// <param name="Enabled">False: it does nothing.</param>
public sealed record AlarmRuleBody(string? Name, IReadOnlyList<string>? RaiseOn, AlarmSeverity Severity, string? Key, string? Text, IReadOnlyList<string>? ClearOn = null, bool Enabled = true)
{
    /// <summary>What the service takes.</summary>
    public AlarmRuleInput ToInput() =>
        new() { Name = Name ?? "", Enabled = Enabled, RaiseOn = RaiseOn ?? [], ClearOn = ClearOn ?? [], Severity = Severity, Key = Key ?? "", Text = Text ?? "" };
}

/// <summary>Alarms to keep quiet by rule.</summary>
/// <param name="Key">Which alarms; * stands for any text.</param>
/// <param name="Until">The end of the silence.</param>
/// <param name="DeviceId">The device; all where it is absent.</param>
/// <param name="Reason">Why.</param>
public sealed record SuppressionBody(string? Key, DateTimeOffset Until, Guid? DeviceId = null, string? Reason = null);
