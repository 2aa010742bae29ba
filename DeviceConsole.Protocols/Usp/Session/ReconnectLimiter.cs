namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>
/// Two boxes with one endpoint ID push each other out for ever. The newer connection wins each time, but only so many times a minute.
/// </summary>
internal sealed class ReconnectLimiter(TimeProvider time)
{
    /// <summary>From this many connections a minute on it is told to the operator.</summary>
    public const int Suspicious = 10;

    /// <summary>More than this many connections a minute are not let in.</summary>
    public const int Maximum = 30;

    private const int MaximumDevices = 100_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Dictionary<(Guid Tenant, Guid Device), (DateTimeOffset Since, int Count, bool Told)> seen = [];
    private readonly Lock gate = new();

    /// <summary>Counts one connection; how many there were in this minute, with it.</summary>
    public int Count(Guid tenant, Guid device)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (seen.Count >= MaximumDevices)
                foreach (var old in seen.Where(s => now - s.Value.Since > Window).Select(s => s.Key).ToList()) seen.Remove(old);
            var (since, count, told) = seen.GetValueOrDefault((tenant, device));
            var entry = now - since > Window ? (Since: now, Count: 1, Told: false) : (Since: since, Count: count + 1, Told: told);
            seen[(tenant, device)] = entry;
            return entry.Count;
        }
    }

    /// <summary>True where the operator should hear of it, which he did not yet in this minute.</summary>
    public bool ShouldTell(Guid tenant, Guid device)
    {
        lock (gate) return seen.TryGetValue((tenant, device), out var entry) && entry.Count >= Suspicious && !entry.Told;
    }

    /// <summary>The operator was told.</summary>
    public void Told(Guid tenant, Guid device)
    {
        lock (gate)
            if (seen.TryGetValue((tenant, device), out var entry)) seen[(tenant, device)] = (entry.Since, entry.Count, true);
    }
}
