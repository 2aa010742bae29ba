using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Audit;

/// <summary>One change, for the audit log.</summary>
/// <param name="Action">What was done, for example <c>job.enqueue</c>.</param>
/// <param name="TargetKind">What it was done to, for example <c>job</c>.</param>
/// <param name="TargetId">Which one.</param>
/// <param name="Summary">One sentence for people.</param>
public sealed record AuditEntry(string Action, string TargetKind, string TargetId, string Summary)
{
    /// <summary>The state before; secrets masked.</summary>
    public JsonObject? Before { get; init; }

    /// <summary>The state after; secrets masked.</summary>
    public JsonObject? After { get; init; }
}
