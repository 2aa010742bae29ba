using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Whether and when a failed attempt is repeated: by class of fault, with exponential backoff and full jitter
/// (a random moment between nothing and the whole delay, so that devices that failed together do not come back together).
/// </summary>
public static class RetryPolicy
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>The pause before the next attempt; null where there is none.</summary>
    /// <param name="fault">What went wrong.</param>
    /// <param name="attempt">Attempts made so far, at least 1.</param>
    /// <param name="maximum">Attempts there are in all.</param>
    /// <param name="idempotent">False where the request must not be repeated when the device may have carried it out.</param>
    /// <param name="random">0 (inclusive) to 1.</param>
    public static TimeSpan? NextDelay(ProtocolFault fault, int attempt, int maximum, bool idempotent, double random)
    {
        if (!fault.IsWorthARetry || attempt >= maximum) return null;
        if (!idempotent && MayHaveHappened(fault.Class)) return null;
        var (first, factor, longest) = Backoff(fault.Class);
        var delay = Math.Min(first.TotalSeconds * Math.Pow(factor, attempt - 1), longest.TotalSeconds) * random;
        return TimeSpan.FromSeconds(Math.Max(delay, Shortest.TotalSeconds));
    }

    /// <summary>The longest pause after that many attempts, before jitter.</summary>
    internal static (TimeSpan First, double Factor, TimeSpan Longest) Backoff(FaultClass fault) => fault switch
    {
        // A wrong SNMP community looks like silence, so the first repeats come soon: nobody waits minutes for that answer.
        FaultClass.Timeout or FaultClass.Unreachable => (TimeSpan.FromSeconds(2), 4, TimeSpan.FromMinutes(10)),
        FaultClass.Busy => (TimeSpan.FromSeconds(5), 2, TimeSpan.FromMinutes(5)),
        FaultClass.Garbage => (TimeSpan.FromSeconds(2), 4, TimeSpan.FromMinutes(5)),
        _ => (TimeSpan.FromSeconds(1), 4, TimeSpan.FromMinutes(5)),
    };

    // Nothing came back, or nothing that can be read: the request itself may have arrived.
    private static bool MayHaveHappened(FaultClass fault) => fault is FaultClass.Timeout or FaultClass.Garbage or FaultClass.Internal;
}
