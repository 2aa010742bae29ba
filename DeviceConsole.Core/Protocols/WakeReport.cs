namespace DeviceConsole.Core.Protocols;

/// <summary>What came of asking an absent device to call in.</summary>
/// <param name="Sentence">Why the job waits, for its <c>wait_reason</c>.</param>
/// <param name="Attempts">The ways that were tried, in their order; empty where the protocol does not tell, or knows no way.</param>
public sealed record WakeReport(string Sentence, IReadOnlyList<WakeAttempt> Attempts)
{
    /// <summary>Set where the device is there but busy for a moment: it need not call when it is done, so it is asked again.</summary>
    public TimeSpan? AskAgainAfter { get; init; }

    /// <summary>True where the device took the request, or may have: a way without an answer.</summary>
    public bool MayHaveReached => Attempts.Any(a => a.Reached != false);
}

/// <summary>One way of asking.</summary>
/// <param name="Way">In the protocol's words: "HTTP", "UDP".</param>
/// <param name="Reached">True where the device answered, false where it did not or refused, null where the way has no answer.</param>
/// <param name="Failure">A sentence, where it failed.</param>
public sealed record WakeAttempt(string Way, bool? Reached, string? Failure);
