using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Web.Api.Jobs;

/// <summary>A job with what was asked and its time line; what the device answered has an address of its own.</summary>
public sealed record JobResource(JobView Job, JsonObject Arguments, IReadOnlyList<JobTransition> Transitions, int ValueCount)
{
    /// <summary>Of a job.</summary>
    public static JobResource Of(JobDetail detail) => new(detail.Job, detail.Arguments, detail.Transitions, detail.Values.Count);
}

/// <summary>What the device answered, in its order.</summary>
public sealed record JobResults(Guid JobId, JobState State, IReadOnlyList<JobResultValue> Values);

/// <summary>One value: as the device gave it, and with what the tenant's MIBs make of it.</summary>
/// <param name="Path">The full path in the protocol's syntax.</param>
/// <param name="Value">As text; null where the device named the path without a value.</param>
/// <param name="Type">In the protocol's own words.</param>
/// <param name="Writable">Where the protocol said so.</param>
/// <param name="RawHex">The bytes, where the text loses some of them.</param>
/// <param name="Name">The path by name, for example <c>ifDescr.3</c>; null where no module names it.</param>
/// <param name="Text">The value in words, for example <c>up(1)</c>; null where the raw value says as much.</param>
public sealed record JobResultValue(string Path, string? Value, string Type, bool? Writable, string? RawHex, string? Name, string? Text)
{
    /// <summary>Of a value.</summary>
    public static JobResultValue Of(ParameterValue value, ShownName? names) => new(value.Path, value.Value, value.Type, value.Writable, value.RawHex, names?.Name, names?.Text);
}

/// <summary>A job as it is asked for.</summary>
public sealed record JobBody
{
    /// <summary>The device.</summary>
    public required Guid DeviceId { get; init; }

    /// <summary>A protocol that the device has an endpoint for.</summary>
    public required string Protocol { get; init; }

    /// <summary>An operation of that protocol, see GET /api/v1/protocols.</summary>
    public required string Operation { get; init; }

    /// <summary>Values by the ids of the operation's fields.</summary>
    public JsonObject? Arguments { get; init; }

    /// <summary>Order among the device's jobs.</summary>
    public JobPriority Priority { get; init; } = JobPriority.Normal;

    /// <summary>How long one attempt may take, in seconds up to 86,400; absent for the operation's default.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Attempts in all, 1 to 100; absent for 3.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Not before this moment; absent for at once.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>It expires when it has not started by then.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The request of the service.</summary>
    public JobRequest ToRequest(string? idempotencyKey) => new(DeviceId, Protocol ?? "", Operation ?? "", Arguments ?? [])
    {
        Priority = Priority,
        Timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        MaxAttempts = MaxAttempts,
        RunAt = RunAt,
        ExpiresAt = ExpiresAt,
        IdempotencyKey = idempotencyKey,
    };
}
