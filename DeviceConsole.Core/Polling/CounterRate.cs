using System.Globalization;

namespace DeviceConsole.Core.Polling;

/// <summary>Rates of counters: RFC 2578 clauses 7.1.6 and 7.1.10. A counter says nothing by itself, only its difference over time.</summary>
public static class CounterRate
{
    // sysUpTime is TimeTicks: it wraps after 497 days.
    private const double UptimeRange = 4_294_967_296.0;

    /// <summary>True where a type is one of counters.</summary>
    public static bool IsCounter(string type) => type.StartsWith("Counter", StringComparison.Ordinal);

    /// <summary>True where the agent began anew between two readings: its sysUpTime (in hundredths) is less than before, and has not just wrapped.</summary>
    /// <param name="before">sysUpTime at the first reading; null where it was not given.</param>
    /// <param name="now">At the second.</param>
    /// <param name="elapsed">The time between them here.</param>
    public static bool Restarted(double? before, double? now, TimeSpan elapsed)
    {
        if (before is not { } first || now is not { } second || second >= first) return false;
        var wrapped = (second + UptimeRange - first) / 100;
        return Math.Abs(wrapped - elapsed.TotalSeconds) > Math.Max(5, elapsed.TotalSeconds * 0.1);
    }

    /// <summary>
    /// Increase per second; null where none can be told. A counter that is less than before has wrapped; a 64-bit one cannot in years, so that it began anew.
    /// </summary>
    /// <param name="type">Counter32 or Counter64, in the protocol's words.</param>
    /// <param name="before">The first reading.</param>
    /// <param name="now">The second.</param>
    /// <param name="elapsed">The time between them.</param>
    public static double? Of(string type, string before, string now, TimeSpan elapsed)
    {
        if (elapsed <= TimeSpan.Zero || !ulong.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !ulong.TryParse(now, NumberStyles.None, CultureInfo.InvariantCulture, out var second)) return null;
        if (second >= first) return (second - first) / elapsed.TotalSeconds;
        if (!type.EndsWith("32", StringComparison.Ordinal))
            // Near the top it has wrapped after all.
            return first > ulong.MaxValue - (1UL << 48) && second < 1UL << 48 ? unchecked(second - first) / elapsed.TotalSeconds : null;
        return first <= uint.MaxValue ? (second + (1UL << 32) - first) / elapsed.TotalSeconds : null;
    }
}
