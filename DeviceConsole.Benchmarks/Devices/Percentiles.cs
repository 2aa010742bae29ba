using System.Diagnostics;

namespace DeviceConsole.Benchmarks.Devices;

/// <summary>Times of many calls.</summary>
internal sealed class Percentiles
{
    private readonly List<double> times = [];

    /// <summary>Half of the calls were as fast, in ms.</summary>
    public double P50 => At(0.50);

    /// <summary>19 of 20 calls were as fast, in ms.</summary>
    public double P95 => At(0.95);

    /// <summary>The slowest, in ms.</summary>
    public double Slowest => At(1);

    /// <summary>Times one call.</summary>
    public async Task AddAsync(Func<Task> call)
    {
        var start = Stopwatch.GetTimestamp();
        await call();
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <summary>Takes over another's times.</summary>
    public void Add(Percentiles other) => times.AddRange(other.times);

    private double At(double share)
    {
        times.Sort();
        return times[(int)Math.Ceiling(share * times.Count) - 1];
    }
}
