using System.Net;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>A bucket of tokens for each source. Thread-safe; bounded.</summary>
internal sealed class StormLimit(int perSecond, int burst, TimeProvider time)
{
    private const int Sources = 65_536;

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, (double Tokens, long At)> buckets = [];

    /// <summary>True where the source may send one more.</summary>
    public bool Allows(IPAddress source)
    {
        lock (gate) return Take(source);
    }

    private bool Take(IPAddress source)
    {
        var now = time.GetTimestamp();
        if (!buckets.TryGetValue(source, out var bucket))
        {
            // A flood from invented addresses costs the memory of so many, and then starts over.
            if (buckets.Count >= Sources) buckets.Clear();
            bucket = (burst, now);
        }

        var tokens = Math.Min(burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));
        buckets[source] = (tokens >= 1 ? tokens - 1 : tokens, now);
        return tokens >= 1;
    }
}
