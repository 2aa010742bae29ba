using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Scheduling;

namespace DeviceConsole.Web.Api.Schedules;

/// <summary>A schedule.</summary>
public sealed record ScheduleResource(
    Guid Id, string Name, string Cron, string TimeZone, string Protocol, string Operation, JsonObject Arguments, IReadOnlyList<Guid> DeviceIds, JobPriority Priority, bool Enabled,
    string Description, DateTimeOffset? LastSlot, string? LastError, IReadOnlyList<DateTimeOffset> NextRuns, string CreatedBy, DateTimeOffset CreatedAt, int Revision)
{
    /// <summary>Of a schedule.</summary>
    public static ScheduleResource Of(ScheduleView view)
    {
        var s = view.Schedule;
        return new ScheduleResource(view.Id, s.Name, s.Cron, s.TimeZone, s.Protocol, s.Operation, s.Arguments, s.DeviceIds, s.Priority, s.Enabled,
            view.Description, view.LastSlot, view.LastError, view.NextRuns, view.CreatedBy, view.CreatedAt, view.Revision);
    }
}

/// <summary>A schedule as it is sent.</summary>
public sealed record ScheduleBody
{
    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>When: a cron expression, for example <c>*/5 * * * *</c>.</summary>
    public required string Cron { get; init; }

    /// <summary>In which time zone, by its IANA name; absent for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>A protocol's id.</summary>
    public required string Protocol { get; init; }

    /// <summary>An operation of that protocol.</summary>
    public required string Operation { get; init; }

    /// <summary>Values by the ids of the operation's fields.</summary>
    public JsonObject? Arguments { get; init; }

    /// <summary>1 to 10,000 devices.</summary>
    public required IReadOnlyList<Guid> DeviceIds { get; init; }

    /// <summary>Order among the devices' jobs.</summary>
    public JobPriority Priority { get; init; } = JobPriority.Background;

    /// <summary>False: it stands, but does not run.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The input of the service.</summary>
    public ScheduleInput ToInput() => new()
    {
        Name = Name ?? "",
        Cron = Cron ?? "",
        TimeZone = TimeZone ?? "UTC",
        Protocol = Protocol ?? "",
        Operation = Operation ?? "",
        Arguments = Arguments ?? [],
        DeviceIds = DeviceIds ?? [],
        Priority = Priority,
        Enabled = Enabled,
    };
}
