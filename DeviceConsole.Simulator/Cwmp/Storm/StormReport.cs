namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>What became of a storm.</summary>
public sealed record StormReport
{
    /// <summary>CPEs whose session ended as it should.</summary>
    public required int Done { get; init; }

    /// <summary>CPEs that were given up.</summary>
    public required int GivenUp { get; init; }

    /// <summary>Answers 503 or 429 that said when to come back.</summary>
    public required int Refused { get; init; }

    /// <summary>Refusals without Retry-After, other statuses, time-outs, broken connections.</summary>
    public required int Errors { get; init; }

    /// <summary>An error in words, or null where there was none.</summary>
    public required string? FirstError { get; init; }

    /// <summary>Times of good sessions in ms, from the moment at which the CPE meant to call (that time) to its end; sorted.</summary>
    public required IReadOnlyList<double> Latencies { get; init; }

    /// <summary>The same from the moment of its very first call, with all refusals before.</summary>
    public required IReadOnlyList<double> Totals { get; init; }

    /// <summary>From the end of the arrivals to the end of the last session.</summary>
    public required TimeSpan Recovery { get; init; }

    /// <summary>From the first arrival to the end of the last session.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The latency that so many of the sessions kept to.</summary>
    public static double At(IReadOnlyList<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    /// <summary>For people.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"""
        {Done:N0} sessions, {GivenUp:N0} devices given up, {Refused:N0} refusals with Retry-After, {Errors:N0} errors{(FirstError is null ? "" : $" (the first: {FirstError})")}
        from the intended start: p50 {At(Latencies, 0.5):N1} ms, p95 {At(Latencies, 0.95):N1} ms, p99 {At(Latencies, 0.99):N1} ms
        from the first intended start, refusals included: p50 {At(Totals, 0.5):N0} ms, p99 {At(Totals, 0.99):N0} ms
        all of it {Duration.TotalSeconds:N1} s; over {Recovery.TotalSeconds:N1} s after the last arrival
        """);
}
