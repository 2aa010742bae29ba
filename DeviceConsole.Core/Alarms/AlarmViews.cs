namespace DeviceConsole.Core.Alarms;

/// <summary>An alarm as pages and the API show it.</summary>
public sealed record AlarmView
{
    /// <summary>The alarm; the same for as long as its device exists, however often it is raised.</summary>
    public required Guid Id { get; init; }

    /// <summary>The device.</summary>
    public required Guid DeviceId { get; init; }

    /// <summary>The device's name.</summary>
    public required string DeviceName { get; init; }

    /// <summary>What tells it from the device's other alarms, for example <c>link.3</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Who noticed: a protocol's id or <c>polling</c>.</summary>
    public required string Source { get; init; }

    /// <summary>How bad it is.</summary>
    public required AlarmSeverity Severity { get; init; }

    /// <summary>What is wrong, in words.</summary>
    public required string Text { get; init; }

    /// <summary>What it was made of, as JSON.</summary>
    public string? Detail { get; init; }

    /// <summary>The condition holds.</summary>
    public required bool Raised { get; init; }

    /// <summary>How often it was reported since it was raised.</summary>
    public required int Count { get; init; }

    /// <summary>When it was seen for the first time ever.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>When it was raised this time.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>When it was reported last.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>Who or what ended it.</summary>
    public string? ClearedBy { get; init; }

    /// <summary>When somebody took it on.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Who.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>What they wrote.</summary>
    public string? Note { get; init; }

    /// <summary>It is kept quiet until then; null where it is not.</summary>
    public DateTimeOffset? SuppressedUntil { get; init; }
}

/// <summary>One change of an alarm.</summary>
/// <param name="Id">The entry.</param>
/// <param name="At">When.</param>
/// <param name="What">raised, severity, cleared, acknowledged, unacknowledged, suppressed, resumed.</param>
/// <param name="Severity">The severity from then on.</param>
/// <param name="Text">The text from then on.</param>
/// <param name="Actor">Who or what did it.</param>
/// <param name="Note">What they wrote.</param>
public sealed record AlarmChange(Guid Id, DateTimeOffset At, string What, AlarmSeverity Severity, string Text, string Actor, string? Note);

/// <summary>How many alarms are raised and not suppressed.</summary>
/// <param name="BySeverity">By severity; those without any are left out.</param>
/// <param name="Unacknowledged">How many of them nobody has taken on.</param>
public sealed record AlarmCounts(IReadOnlyDictionary<AlarmSeverity, int> BySeverity, int Unacknowledged)
{
    /// <summary>All of them.</summary>
    public int Total => BySeverity.Values.Sum();

    /// <summary>The worst; null where there is none.</summary>
    public AlarmSeverity? Worst => BySeverity.Count == 0 ? null : BySeverity.Keys.Max();
}

/// <summary>Which alarms.</summary>
public sealed record AlarmFilter
{
    /// <summary>Only this device's.</summary>
    public Guid? DeviceId { get; init; }

    /// <summary>True for those that hold, false for those that are over, null for both.</summary>
    public bool? Raised { get; init; } = true;

    /// <summary>Only these severities; empty for all.</summary>
    public IReadOnlyList<AlarmSeverity> Severities { get; init; } = [];

    /// <summary>Taken on or not; null for both.</summary>
    public bool? Acknowledged { get; init; }

    /// <summary>Kept quiet or not; null for both.</summary>
    public bool? Suppressed { get; init; }

    /// <summary>Part of the text, the key or the device's name.</summary>
    public string Search { get; init; } = "";

    /// <summary>The newest first; otherwise the worst first.</summary>
    public bool ByTime { get; init; }
}

/// <summary>A condition that was noticed.</summary>
/// <param name="Device">The device.</param>
/// <param name="Key">What tells it from others, at most 200 characters.</param>
/// <param name="Source">Who noticed.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Text">In words.</param>
/// <param name="Detail">What it was made of, as JSON; never a secret.</param>
public sealed record AlarmSignal(Guid Device, string Key, string Source, AlarmSeverity Severity, string Text, string? Detail = null)
{
    /// <summary>How often it was told.</summary>
    public int Times { get; init; } = 1;
}
