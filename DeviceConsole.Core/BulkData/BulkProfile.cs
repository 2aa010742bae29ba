using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.BulkData;

/// <summary>What becomes a graph of a parameter.</summary>
public static class BulkGraphs
{
    /// <summary>Counters of statistics as rates, other numbers as they are.</summary>
    public const string Automatic = "auto";

    /// <summary>Its increase per second.</summary>
    public const string Rate = "rate";

    /// <summary>The number as it is.</summary>
    public const string Value = "value";

    /// <summary>Nothing: its value is stored alone.</summary>
    public const string None = "none";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Automatic, Rate, Value, None];
}

/// <summary>A parameter that a device is to report.</summary>
/// <param name="Reference">A full path, a path with <c>*</c> for instance numbers, or an object's path with a dot at its end.</param>
/// <param name="Name">What it is called in the report; empty for its path.</param>
/// <param name="Graph">One of <see cref="BulkGraphs"/>.</param>
public sealed record BulkParameter(string Reference, string Name = "", string Graph = BulkGraphs.Automatic);

/// <summary>What an operator enters.</summary>
public sealed record BulkProfileInput
{
    /// <summary>1 to 200 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>The protocol by which the device is set up; empty for the only one that can.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Seconds between two reports, 10 to 86,400.</summary>
    public int IntervalSeconds { get; init; } = 300;

    /// <summary>One of <see cref="BulkEncodings"/>.</summary>
    public string Encoding { get; init; } = BulkEncodings.JsonHierarchy;

    /// <summary>Between fields of CSV: a comma, a semicolon, a tab or a bar.</summary>
    public string Separator { get; init; } = ",";

    /// <summary>With gzip, where the device can.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>How many reports that could not be delivered the device keeps, 0 to 100.</summary>
    public int Retained { get; init; } = 10;

    /// <summary>1 to 100.</summary>
    public IReadOnlyList<BulkParameter> Parameters { get; init; } = [];
}

/// <summary>How a profile stands.</summary>
public enum BulkProfileState
{
    /// <summary>The job that sets it up waits or runs.</summary>
    SettingUp,

    /// <summary>The job that sets it up did not succeed.</summary>
    Failed,

    /// <summary>The device has it, and no report has come yet.</summary>
    Waiting,

    /// <summary>Reports come.</summary>
    Reporting,

    /// <summary>For three intervals and more none came.</summary>
    Silent,

    /// <summary>The job that takes it off the device waits or runs.</summary>
    Removing,

    /// <summary>The job that takes it off the device did not succeed.</summary>
    RemovalFailed,
}

/// <summary>A profile as pages and the API show it.</summary>
public sealed record BulkProfileView
{
    /// <summary>The profile.</summary>
    public required Guid Id { get; init; }

    /// <summary>The device.</summary>
    public required Guid DeviceId { get; init; }

    /// <summary>What it says.</summary>
    public required BulkProfileInput Profile { get; init; }

    /// <summary>How it stands.</summary>
    public BulkProfileState State { get; init; }

    /// <summary>Where it stands on the device; null where it does not.</summary>
    public string? Instance { get; init; }

    /// <summary>The job that set it up or removes it last.</summary>
    public Guid? JobId { get; init; }

    /// <summary>Why that job waits or failed, in a sentence.</summary>
    public string? JobReason { get; init; }

    /// <summary>How many reports came.</summary>
    public long Reports { get; init; }

    /// <summary>When the last one came.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>When the device collected it.</summary>
    public DateTimeOffset? CollectedAt { get; init; }

    /// <summary>How many values it had.</summary>
    public int LastValues { get; init; }

    /// <summary>How many rows or parameters of it could not be read.</summary>
    public int LastBad { get; init; }

    /// <summary>What was wrong with it, or why one was refused.</summary>
    public string? Problem { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? ProblemAt { get; init; }

    /// <summary>Who made it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    internal static BulkProfileState StateOf(bool removing, string? instance, JobState? job, DateTimeOffset? received, int interval, DateTimeOffset now) => (removing, job) switch
    {
        (true, null or JobState.Queued or JobState.Running) => BulkProfileState.Removing,
        (true, _) => BulkProfileState.RemovalFailed,
        (false, JobState.Queued or JobState.Running) when instance is null => BulkProfileState.SettingUp,
        _ when instance is null => BulkProfileState.Failed,
        _ when received is null => BulkProfileState.Waiting,
        _ => now - received > TimeSpan.FromSeconds(3 * interval + 30) ? BulkProfileState.Silent : BulkProfileState.Reporting,
    };
}
