using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Jobs;

/// <summary>A job that this node has claimed: what to do, and what fences its completion.</summary>
internal sealed record ClaimedJob(
    Guid Tenant, Guid Id, Guid Device, string Protocol, string Operation, string Arguments, bool Idempotent, TimeSpan Timeout, int Attempt, int MaxAttempts, WorkerLease Lease)
{
    /// <summary>A schedule made it.</summary>
    public bool IsScheduled { get; init; }

    /// <summary>Whether its exchange with the device is kept: not of the first try of what a schedule asks again and again.</summary>
    public bool KeepsTrace => !IsScheduled || Attempt > 1;

    /// <summary>The end of this attempt: done, to be repeated, or failed for good.</summary>
    public Completion End(ProtocolOutcome outcome)
    {
        var fault = outcome.Fault;
        var delay = fault is null ? null : RetryPolicy.NextDelay(fault, Attempt, MaxAttempts, Idempotent, Random.Shared.NextDouble());
        return new Completion(this)
        {
            State = fault is null ? JobState.Completed : delay is null ? JobState.Failed : JobState.Queued,
            Delay = delay ?? TimeSpan.Zero,
            Fault = fault,
            Summary = outcome.Summary ?? fault?.Message,
            Reason = fault?.Message,
            Values = outcome.Values,
            StoreValues = outcome.StoreValues,
            Contact = ContactOf(fault),
            Trace = outcome.Trace,
            Removed = outcome.Removed,
            Whole = outcome.StoreValues ? [.. outcome.Whole.Take(ProtocolOutcome.MaximumWhole)] : [],
            Present = outcome.Present,
        };
    }

    /// <summary>Cancelled while it ran.</summary>
    public Completion Cancelled() => new(this) { State = JobState.Cancelled, Summary = "Cancelled while it ran.", Reason = "Cancelled while it ran." };

    /// <summary>
    /// Back into the queue as if it had never been claimed: the attempt is not burnt. What must not be repeated and was already under way fails instead.
    /// </summary>
    public Completion Released(string reason, bool underWay, TimeSpan delay = default)
    {
        if (Idempotent || !underWay) return new(this) { State = JobState.Queued, GiveBackAttempt = true, Delay = delay, Reason = reason };
        var fault = new ProtocolFault(FaultClass.Internal, "engine.interrupted",
            "The server stopped in the middle of this job. Nobody knows whether the device carried it out; look at the device before you run it again.");
        return new(this) { State = JobState.Failed, Fault = fault, Summary = fault.Message, Reason = reason };
    }

    /// <summary>The device hung up or began anew in the middle of it: the attempt counts.</summary>
    public Completion Vanished(string how) => End(ProtocolOutcome.Failure(FaultCodes.Vanished(how)));

    // An answer is a sign of life, whatever it says.
    private static Contact ContactOf(ProtocolFault? fault) => fault?.Class switch
    {
        null or FaultClass.Refused or FaultClass.Credentials or FaultClass.Busy or FaultClass.Garbage => Contact.Answered,
        FaultClass.Timeout or FaultClass.Unreachable => Contact.Silent,
        _ => Contact.Unknown,
    };
}

/// <summary>What an attempt says of the device.</summary>
internal enum Contact : short
{
    /// <summary>Nothing.</summary>
    Unknown,

    /// <summary>It answered.</summary>
    Answered,

    /// <summary>It did not.</summary>
    Silent,
}
