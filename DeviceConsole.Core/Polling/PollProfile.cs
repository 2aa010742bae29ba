using DeviceConsole.Core.Alarms;

namespace DeviceConsole.Core.Polling;

/// <summary>An object that a profile reads: a scalar, or a column with all its rows.</summary>
/// <param name="Name">Its name, for example <c>ifHCInOctets</c>.</param>
/// <param name="Oid">The instance of a scalar, the column otherwise.</param>
/// <param name="Column">True for a column.</param>
public sealed record PollObject(string Name, string Oid, bool Column)
{
    /// <summary>What the values are in, after scaling, for example <c>bit/s</c>.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Each value, or rate of a counter, times this.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The column whose text names the rows, for example that of ifDescr; null for their index.</summary>
    public string? Label { get; init; }

    /// <summary>The column that changes when a row's counters began anew (ifCounterDiscontinuityTime); null for none.</summary>
    public string? Discontinuity { get; init; }
}

/// <summary>Bounds of a value: an alarm is raised when it was beyond them several times in a row, and cleared when it is back with a margin.</summary>
/// <param name="Object">The object's name in the profile.</param>
/// <param name="Above">True: too much is wrong; false: too little.</param>
/// <param name="Raise">Beyond this it is wrong.</param>
/// <param name="Clear">Back at this it is right again: hysteresis.</param>
/// <param name="Samples">How often in a row, 1 to 100.</param>
/// <param name="Severity">How bad it is.</param>
public sealed record PollThreshold(string Object, bool Above, double Raise, double Clear, int Samples, AlarmSeverity Severity);

/// <summary>What an operator enters for a profile. Objects may be names (<c>IF-MIB::ifHCInOctets</c>); they are kept as object identifiers.</summary>
public sealed record PollProfileInput
{
    /// <summary>1 to 200 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>False: it stands, but reads nothing.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Seconds between two readings, 10 to 86,400.</summary>
    public int IntervalSeconds { get; init; } = 60;

    /// <summary>1 to 50.</summary>
    public IReadOnlyList<PollObject> Objects { get; init; } = [];

    /// <summary>At most 50.</summary>
    public IReadOnlyList<PollThreshold> Thresholds { get; init; } = [];

    /// <summary>For every device that can be read so.</summary>
    public bool AllDevices { get; init; }

    /// <summary>For devices with one of these labels.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>For these devices.</summary>
    public IReadOnlyList<Guid> DeviceIds { get; init; } = [];
}

/// <summary>A profile as pages and the API show it.</summary>
/// <param name="Id">The profile.</param>
/// <param name="Profile">What it says.</param>
/// <param name="Devices">How many devices it reads.</param>
/// <param name="Failing">How many of them did not answer the last time.</param>
/// <param name="LastAt">When one was read last.</param>
public sealed record PollProfileView(Guid Id, PollProfileInput Profile, int Devices, int Failing, DateTimeOffset? LastAt);

/// <summary>An instance that a profile reads from a device.</summary>
/// <param name="ProfileId">The profile.</param>
/// <param name="Id">Its number within device and profile.</param>
/// <param name="Oid">The instance.</param>
/// <param name="Object">The object's name.</param>
/// <param name="Label">What tells it from the object's other rows.</param>
/// <param name="Unit">What the values are in.</param>
public sealed record PollSeries(Guid ProfileId, int Id, string Oid, string Object, string Label, string Unit);

/// <summary>Values of a series, oldest first.</summary>
/// <param name="Series">The series.</param>
/// <param name="Points">Moment, average, least and most.</param>
public sealed record SeriesPoints(PollSeries Series, IReadOnlyList<SeriesPoint> Points);

/// <summary>One step of a series.</summary>
public readonly record struct SeriesPoint(DateTimeOffset At, double Average, double Minimum, double Maximum);
