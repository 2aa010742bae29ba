using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Jobs;

/// <summary>What to do on which device.</summary>
/// <param name="DeviceId">A device of the caller's tenant and scope.</param>
/// <param name="Protocol">A protocol's id.</param>
/// <param name="Operation">An operation's id of that protocol.</param>
/// <param name="Arguments">Arguments by the ids of the operation's fields.</param>
public sealed record JobRequest(Guid DeviceId, string Protocol, string Operation, JsonObject Arguments)
{
    /// <summary>Order among the device's jobs.</summary>
    public JobPriority Priority { get; init; } = JobPriority.Normal;

    /// <summary>How long one attempt may take; null for the operation's default. At most 24 h.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many attempts there are in all; null for the default of 3. 1 to 100.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Not before this moment; null for at once.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>A job that has not started by then expires; null for the default: never for dial-out, 7 days for a device that must call in.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A second request with the same key in the tenant gives the first one's job. At most 200 characters.</summary>
    public string? IdempotencyKey { get; init; }
}
