using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Audit;

/// <summary>One thing that somebody did, for the audit log.</summary>
/// <param name="Action">What was done, as <c>noun.verb</c>: <c>device.update</c>.</param>
/// <param name="TargetKind">What it was done to: <c>device</c>, <c>user</c>, <c>tenant</c> …</param>
/// <param name="TargetId">Its id; empty where there is none.</param>
/// <param name="Summary">One sentence for people.</param>
public sealed record AuditEntry(string Action, string TargetKind, string TargetId, string Summary)
{
    /// <summary>The thing before; values under a secret's name are masked when written.</summary>
    public JsonObject? Before { get; init; }

    /// <summary>The thing after; values under a secret's name are masked when written.</summary>
    public JsonObject? After { get; init; }
}

/// <summary>A row of the audit log.</summary>
/// <param name="Before">JSON text, or null.</param>
/// <param name="After">JSON text, or null.</param>
public sealed record AuditRow(Guid Id, DateTimeOffset At, string ActorKind, Guid? ActorId, string ActorName, string Action, string TargetKind,
    string TargetId, string Summary, string? Before, string? After);
