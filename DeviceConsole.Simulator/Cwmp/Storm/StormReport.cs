namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>What became of a storm.</summary>
public sealed record StormReport
{
    /// <summary>Virtual CPEs.</summary>
    public required int Devices { get; init; }

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

    /// <summary>How long an admitted session took: from the first byte of its Inform to the 204.</summary>
    public required StormTimes Sessions { get; init; }

    /// <summary>The same from the moment at which the CPE meant to make this call: with the wait for a socket and the connection.</summary>
    public required StormTimes Calls { get; init; }

    /// <summary>How long it was until a CPE was served, from the moment at which it meant to call for the very first time, with all refusals and pauses.</summary>
    public required StormTimes Served { get; init; }

    /// <summary>From the first byte of an Inform to its refusal.</summary>
    public required StormTimes Refusals { get; init; }

    /// <summary>From the moment at which a CPE meant to call to the first byte of its Inform: a socket of this process, and the connection.</summary>
    public required StormTimes Connections { get; init; }

    /// <summary>From the end of the arrivals to the end of the last session, in s.</summary>
    public required double Recovery { get; init; }

    /// <summary>From the first arrival to the end of the last session, in s.</summary>
    public required double Duration { get; init; }

    /// <summary>What this process holds for the CPEs at the end of the storm, sockets and buffers included, in bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>Those bytes a CPE.</summary>
    public double MemoryOfOne => (double)Memory / Devices;

    /// <summary>The longest Retry-After, in s.</summary>
    public required int LongestRetryAfter { get; init; }

    /// <summary>For people.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"""
        {Done:N0} sessions, {GivenUp:N0} devices given up, {Refused:N0} refusals with Retry-After (at most {LongestRetryAfter} s), {Errors:N0} errors{(FirstError is null ? "" : $" (the first: {FirstError})")}
        admitted sessions, from the Inform's first byte to the 204: {Text(Sessions)}
        from the intended start of that call: {Text(Calls)}; until the Inform's first byte: {Text(Connections)}
        until a device was served, from its first intended start: {Text(Served)}
        refusals, from the Inform's first byte: {Text(Refusals)}
        all of it {Duration:N1} s; over {Recovery:N1} s after the last arrival; {MemoryOfOne:N0} bytes a device
        """);

    private static string Text(StormTimes times) => FormattableString.Invariant($"p50 {times.P50:N1} ms, p95 {times.P95:N1} ms, p99 {times.P99:N1} ms, at most {times.Most:N0} ms");
}
