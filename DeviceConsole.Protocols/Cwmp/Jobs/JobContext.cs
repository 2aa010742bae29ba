using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>What a job works with.</summary>
/// <param name="Rpc">The device.</param>
/// <param name="JobId">Its id; the CommandKey of requests that have one.</param>
/// <param name="Arguments">What was asked.</param>
/// <param name="Deadline">When the engine gives it up.</param>
/// <param name="Root">The device's root object with its dot, where it is known: <c>Device.</c>, <c>InternetGatewayDevice.</c>.</param>
/// <param name="Quirks">How its model wants to be talked to.</param>
/// <param name="Time">The clock.</param>
internal sealed record JobContext(IRpc Rpc, Guid JobId, JsonObject Arguments, DateTimeOffset Deadline, string? Root, CwmpQuirks Quirks, TimeProvider Time)
{
    /// <summary>Set where the device already has the request and the job was put aside since.</summary>
    public string? Continuation { get; init; }

    /// <summary>1 the first time; more where the device left an earlier try of the same job, or did not end it.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>True where the device says that instances may be named by their aliases (ManagementServer.AliasBasedAddressing).</summary>
    public bool AliasBased { get; init; }

    /// <summary>The file library.</summary>
    public JobFiles? Files { get; init; }

    /// <summary>The device's stored credentials.</summary>
    public JobSetup? Setup { get; init; }

    /// <summary>At most 32 characters (TR-069 A.3.2.8), and unique.</summary>
    public string CommandKey => JobId.ToString("N");

    /// <summary>True where nobody waits for the job any more.</summary>
    public bool IsOverdue => Time.GetUtcNow() >= Deadline;
}

/// <summary>How a job's work in this session ended: with an outcome, or aside until the device reports by itself.</summary>
/// <param name="Outcome">Set where it is over.</param>
/// <param name="Parked">Set where it is put aside.</param>
internal sealed record JobEnd(ProtocolOutcome? Outcome, ParkedJob? Parked)
{
    /// <summary>Other work of the device that waits for a report, which will not come now, and why.</summary>
    public (string CommandKey, ProtocolFault Fault)? EndsOther { get; init; }

    /// <summary>It is over.</summary>
    public static implicit operator JobEnd(ProtocolOutcome outcome) => new(outcome, null);

    /// <summary>It failed.</summary>
    public static implicit operator JobEnd(ProtocolFault fault) => new(ProtocolOutcome.Failure(fault), null);
}

/// <summary>Work that waits for the device's own report.</summary>
/// <param name="CommandKey">What the report will name.</param>
/// <param name="Reason">Why it waits, in a sentence.</param>
/// <param name="Patience">How long.</param>
internal sealed record ParkedJob(string CommandKey, string Reason, TimeSpan Patience);
