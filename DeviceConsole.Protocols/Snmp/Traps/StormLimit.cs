namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>A bucket of tokens for each source: an address, or the engine of a sender that a forwarder brings. Thread-safe; bounded.</summary>
internal sealed class StormLimit(int perSecond, int burst, TimeProvider time)
{
    private const int Sources = 65_536;

    private readonly Lock gate = new();
    private readonly Dictionary<object, (double Tokens, long At)> buckets = [];

    /// <summary>True where the source may send one more.</summary>
    public bool Allows(object source)
    {
        lock (gate) return Take(source);
    }

    private bool Take(object source)
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
