namespace DeviceConsole.Core.Alarms;

/// <summary>How bad it is: the perceived severities of ITU-T X.733 clause 8.1.2.3; clearing is a state of its own here.</summary>
public enum AlarmSeverity
{
    /// <summary>It cannot be told.</summary>
    Indeterminate = 1,

    /// <summary>A service may suffer soon.</summary>
    Warning = 2,

    /// <summary>Something is wrong that does not touch the service yet.</summary>
    Minor = 3,

    /// <summary>The service suffers.</summary>
    Major = 4,

    /// <summary>The service is gone.</summary>
    Critical = 5,
}

/// <summary>Severities as text.</summary>
public static class AlarmSeverities
{
    /// <summary>All, the worst first.</summary>
    public static IReadOnlyList<AlarmSeverity> All { get; } = [AlarmSeverity.Critical, AlarmSeverity.Major, AlarmSeverity.Minor, AlarmSeverity.Warning, AlarmSeverity.Indeterminate];

    /// <summary>Its word in database and addresses.</summary>
    public static string Text(this AlarmSeverity severity) => severity switch
    {
        AlarmSeverity.Critical => "critical",
        AlarmSeverity.Major => "major",
        AlarmSeverity.Minor => "minor",
        AlarmSeverity.Warning => "warning",
        _ => "indeterminate",
    };

    /// <summary>The severity of a word; null for any other text.</summary>
    public static AlarmSeverity? Parse(string? text) => All.Select(s => (AlarmSeverity?)s).FirstOrDefault(s => s!.Value.Text() == text);
}
