using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Core.Scheduling;

/// <summary>What an operator enters for a schedule.</summary>
public sealed record ScheduleInput
{
    /// <summary>1 to 200 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>When: a form that <see cref="CronText"/> understands.</summary>
    public string Cron { get; init; } = "";

    /// <summary>In which time zone, by its IANA name, for example <c>Europe/Vienna</c>.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>A protocol's id.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>An operation's id of that protocol.</summary>
    public string Operation { get; init; } = "";

    /// <summary>Arguments by the ids of the operation's fields.</summary>
    public JsonObject Arguments { get; init; } = [];

    /// <summary>1 to 10,000 devices.</summary>
    public IReadOnlyList<Guid> DeviceIds { get; init; } = [];

    /// <summary>Order among the devices' jobs.</summary>
    public JobPriority Priority { get; init; } = JobPriority.Background;

    /// <summary>False: it stands, but does not run.</summary>
    public bool Enabled { get; init; } = true;
}

/// <summary>A schedule as pages and the API show it.</summary>
public sealed record ScheduleView
{
    /// <summary>The schedule (UUID v7).</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is.</summary>
    public required ScheduleInput Schedule { get; init; }

    /// <summary>The request in words.</summary>
    public required string Description { get; init; }

    /// <summary>The last slot that fired.</summary>
    public DateTimeOffset? LastSlot { get; init; }

    /// <summary>Why that slot did not make all of its jobs; null where it did.</summary>
    public string? LastError { get; init; }

    /// <summary>The next five runs; empty where it is not enabled.</summary>
    public required IReadOnlyList<DateTimeOffset> NextRuns { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Grows with every edit.</summary>
    public required int Revision { get; init; }
}
