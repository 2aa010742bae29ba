namespace DeviceConsole.Core.Jobs;

/// <summary>A job's state. Every job ends in exactly one of the last four.</summary>
public enum JobState
{
    /// <summary>Waits for its time, its turn or its device.</summary>
    Queued,

    /// <summary>A worker, or the device's session, has it.</summary>
    Running,

    /// <summary>The device did it.</summary>
    Completed,

    /// <summary>It did not work, and no attempt is left or would help.</summary>
    Failed,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,

    /// <summary>It waited longer than its time limit.</summary>
    Expired,
}

/// <summary>The states' names in the database, the API and addresses: lower case.</summary>
public static class JobStates
{
    private static readonly string[] Names = ["queued", "running", "completed", "failed", "cancelled", "expired"];

    /// <summary>All states in their order of life.</summary>
    public static IReadOnlyList<JobState> All { get; } = Enum.GetValues<JobState>();

    /// <summary>The state's name.</summary>
    public static string Text(this JobState state) => Names[(int)state];

    /// <summary>The state of that name, or null.</summary>
    public static JobState? Parse(string? text) => Array.IndexOf(Names, text) is >= 0 and var i ? (JobState)i : null;

    /// <summary>True for the four states that a job never leaves.</summary>
    public static bool IsTerminal(this JobState state) => state >= JobState.Completed;
}

/// <summary>How urgent a job is: of a device's waiting jobs the most urgent runs first.</summary>
public enum JobPriority
{
    /// <summary>Polling, campaigns.</summary>
    Background = 0,

    /// <summary>What an operator starts by hand.</summary>
    Normal = 1,

    /// <summary>Before everything normal.</summary>
    High = 2,

    /// <summary>Somebody is on the phone.</summary>
    Urgent = 3,
}
