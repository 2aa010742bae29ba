using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Web.Components.Shared;

/// <summary>What job states and priorities are called on pages.</summary>
public static class JobWords
{
    /// <summary>The state's name.</summary>
    public static string Of(JobState state) => state switch
    {
        JobState.Queued => "Queued",
        JobState.Running => "Running",
        JobState.Completed => "Completed",
        JobState.Failed => "Failed",
        JobState.Cancelled => "Cancelled",
        JobState.Expired => "Expired",
        _ => state.ToString(),
    };

    /// <summary>The priority's name.</summary>
    public static string Of(JobPriority priority) => priority switch
    {
        JobPriority.Background => "Background",
        JobPriority.Normal => "Normal",
        JobPriority.High => "High",
        JobPriority.Urgent => "Urgent",
        _ => priority.ToString(),
    };
}
