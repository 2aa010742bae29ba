using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Jobs;

/// <summary>A job as lists, live updates and the API show it.</summary>
public sealed record JobView
{
    /// <summary>The job (UUID v7: sorts by creation).</summary>
    public required Guid Id { get; init; }

    /// <summary>The device.</summary>
    public required Guid DeviceId { get; init; }

    /// <summary>The device's name at the time of reading.</summary>
    public required string DeviceName { get; init; }

    /// <summary>The protocol's id.</summary>
    public required string Protocol { get; init; }

    /// <summary>The operation's id.</summary>
    public required string Operation { get; init; }

    /// <summary>The request in words, for example "Walk 1.3.6.1.2.1.1".</summary>
    public required string Description { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>Order among the device's jobs.</summary>
    public required JobPriority Priority { get; init; }

    /// <summary>Attempts started so far.</summary>
    public required int Attempt { get; init; }

    /// <summary>Attempts there are in all.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>True where somebody asked to cancel it while it ran.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Why a queued job waits, in a sentence; null where it just waits its turn.</summary>
    public string? WaitReason { get; init; }

    /// <summary>The last attempt's fault.</summary>
    public ProtocolFault? Fault { get; init; }

    /// <summary>One sentence about the result.</summary>
    public string? Summary { get; init; }

    /// <summary>The job that this one repeats.</summary>
    public Guid? RetryOf { get; init; }

    /// <summary>The schedule that made it.</summary>
    public Guid? ScheduleId { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not before this moment.</summary>
    public required DateTimeOffset RunAt { get; init; }

    /// <summary>It expires when it has not started by then.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the last attempt started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Grows with every change; of two copies the higher one is newer.</summary>
    public required int Revision { get; init; }
}

/// <summary>One change of a job's state.</summary>
public sealed record JobTransition(DateTimeOffset At, JobState State, int Attempt, string? Reason);

/// <summary>A job with everything that its page shows.</summary>
/// <param name="Job">The job.</param>
/// <param name="Arguments">What was asked, as it was given.</param>
/// <param name="Transitions">Its time line, oldest first.</param>
/// <param name="Values">What the device answered; empty until then.</param>
public sealed record JobDetail(JobView Job, JsonObject Arguments, IReadOnlyList<JobTransition> Transitions, IReadOnlyList<ParameterValue> Values);

/// <summary>Filters of a list of jobs. Everything null: all, newest first.</summary>
public sealed record JobQuery
{
    /// <summary>Only these states.</summary>
    public IReadOnlyList<JobState> States { get; init; } = [];

    /// <summary>Only this device.</summary>
    public Guid? DeviceId { get; init; }

    /// <summary>Only this protocol.</summary>
    public string? Protocol { get; init; }

    /// <summary>Only these operations.</summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>Failed jobs whose attempts ran out.</summary>
    public bool DeadLetter { get; init; }

    /// <summary>Continue after this cursor of <see cref="Page{T}.Next"/>.</summary>
    public string? After { get; init; }

    /// <summary>Rows a page, 1 to 200.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>True where a job belongs into this list, wherever in it. Live updates use it; cursor and limit play no part.</summary>
    public bool Matches(JobView job) =>
        (States.Count == 0 || States.Contains(job.State))
        && (DeviceId is null || DeviceId == job.DeviceId)
        && (Protocol is null || Protocol == job.Protocol)
        && (!DeadLetter || (job.State == JobState.Failed && job.Attempt >= job.MaxAttempts));
}
