namespace DeviceConsole.Web.Diagnostics;

/// <summary>How an instrument appears in the Prometheus text format.</summary>
public enum MetricKind
{
    /// <summary>Grows only; its name ends in _total.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Buckets, sum and count.</summary>
    Histogram,
}

/// <summary>One instrument with one set of labels.</summary>
internal sealed class MetricSeries(MetricKind kind, string labels)
{
    /// <summary>Upper bounds of the buckets, in seconds.</summary>
    public static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    private readonly Lock gate = new();
    private readonly long[] buckets = kind == MetricKind.Histogram ? new long[Bounds.Length + 1] : [];
    private double value;
    private long count;

    /// <summary><c>name="value",…</c>, escaped; empty for none.</summary>
    public string Labels => labels;

    /// <summary>A counter or an up-and-down counter moves, a histogram takes a measurement.</summary>
    public void Add(double amount)
    {
        lock (gate)
        {
            value += amount;
            if (kind != MetricKind.Histogram) return;
            count++;
            var bucket = Array.BinarySearch(Bounds, amount);
            buckets[bucket >= 0 ? bucket : ~bucket]++;
        }
    }

    /// <summary>An observed instrument says where it stands.</summary>
    public void Set(double now)
    {
        lock (gate) value = now;
    }

    /// <summary>Value (or sum), count, and the buckets as they are written: each with those below it.</summary>
    public (double Value, long Count, long[] Buckets) Read()
    {
        lock (gate)
        {
            var sums = new long[buckets.Length];
            long sum = 0;
            for (var i = 0; i < buckets.Length; i++) sums[i] = sum += buckets[i];
            return (value, count, sums);
        }
    }
}
