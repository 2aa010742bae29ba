using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Jobs;

/// <summary>The end of one attempt, on its way into the table. <see cref="Applied"/> tells whether it got there.</summary>
internal sealed class Completion(ClaimedJob job)
{
    // Continuations run where it is settled: the writer settles a batch in one work item of the pool instead of waking a thread for each.
    private readonly TaskCompletionSource<bool> applied = new();

    public ClaimedJob Job { get; } = job;

    /// <summary>Completed, failed, cancelled, or queued for another attempt.</summary>
    public required JobState State { get; init; }

    /// <summary>True where the attempt does not count.</summary>
    public bool GiveBackAttempt { get; init; }

    /// <summary>Before the next attempt.</summary>
    public TimeSpan Delay { get; init; }

    public ProtocolFault? Fault { get; init; }

    public string? Summary { get; init; }

    /// <summary>For the time line.</summary>
    public string? Reason { get; init; }

    public IReadOnlyList<ParameterValue> Values { get; init; } = [];

    public bool StoreValues { get; init; } = true;

    public Contact Contact { get; set; }

    /// <summary>The exchange; kept when the completion was written.</summary>
    public IReadOnlyList<TraceEntry> Trace { get; init; } = [];

    /// <summary>Objects that the attempt found gone.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Objects that the attempt read whole: <see cref="ProtocolOutcome.Whole"/>.</summary>
    public IReadOnlyList<string> Whole { get; init; } = [];

    /// <summary>Paths that are there without a value.</summary>
    public IReadOnlyList<string> Present { get; init; } = [];

    /// <summary>True where it changes the stored tree beyond its values.</summary>
    public bool Forgets => Removed.Count > 0 || Whole.Count > 0;

    /// <summary>True where it stands for a result that could not be stored.</summary>
    public bool IsSubstitute { get; private init; }

    /// <summary>True: written. False: the attempt was no longer the live one, and nothing was.</summary>
    public Task<bool> Applied => applied.Task;

    /// <summary>The failure that is written where this cannot be.</summary>
    public Completion Substitute()
    {
        var fault = new ProtocolFault(FaultClass.Internal, "engine.result-not-stored", "The device answered, but the answer could not be stored. The server's log says why.");
        return new Completion(Job) { State = JobState.Failed, Fault = fault, Summary = fault.Message, Reason = fault.Message, Contact = Contact, IsSubstitute = true };
    }

    /// <summary>Called once by the writer, never on its own loop: whoever waits for <see cref="Applied"/> goes on in this call.</summary>
    public void Settle(bool wasApplied) => applied.TrySetResult(wasApplied);
}
