using System.Diagnostics;
using System.Numerics;

namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>Durations, counted in buckets that are 1.6% wide: as small for a million of them as for one. For any number of threads.</summary>
public sealed class StormHistogram
{
    private const int Parts = 64;
    private const int Bits = 6;
    private readonly long[] counts = new long[Parts * 40];
    private long count;
    private long largest;

    /// <summary>How many there are.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>The longest, in ms.</summary>
    public double Largest => Interlocked.Read(ref largest) / 1000.0;

    /// <summary>Counts one that began and ended at these timestamps (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public void Add(long from, long to)
    {
        var microseconds = Math.Max(0, (long)Stopwatch.GetElapsedTime(from, to).TotalMicroseconds);
        Interlocked.Increment(ref counts[IndexOf(microseconds)]);
        Interlocked.Increment(ref count);
        for (var seen = Interlocked.Read(ref largest); microseconds > seen;)
        {
            var now = Interlocked.CompareExchange(ref largest, microseconds, seen);
            if (now == seen) break;
            seen = now;
        }
    }

    /// <summary>The duration that so many of them kept to, in ms; 0 where there is none.</summary>
    public double At(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        var seen = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += Interlocked.Read(ref counts[i]);
            if (seen >= wanted) return Math.Min(Largest, EndOf(i) / 1000.0);
        }
        return 0;
    }

    /// <summary>The figures of it.</summary>
    public StormTimes Times() => new(At(0), At(0.5), At(0.95), At(0.99), Largest);

    // Below 64 µs every microsecond is a bucket; from there on each power of two has 64 of them.
    private static int IndexOf(long microseconds)
    {
        if (microseconds < Parts) return (int)microseconds;
        var shift = BitOperations.Log2((ulong)microseconds) - Bits;
        return Math.Min((Parts * 40) - 1, (Parts * (shift + 1)) + (int)((microseconds >> shift) - Parts));
    }

    private static double EndOf(int index)
    {
        if (index < Parts) return index;
        var shift = (index / Parts) - 1;
        return ((long)(Parts + (index % Parts) + 1) << shift) - 1;
    }
}

/// <summary>Durations in ms.</summary>
/// <param name="Least">The shortest.</param>
/// <param name="P50">Half of them are at most that long.</param>
/// <param name="P95">95%.</param>
/// <param name="P99">99%.</param>
/// <param name="Most">The longest.</param>
public sealed record StormTimes(double Least, double P50, double P95, double P99, double Most);
