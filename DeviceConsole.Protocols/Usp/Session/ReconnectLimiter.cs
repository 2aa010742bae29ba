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
    private readonly Dictionary<(Guid Tenant, Guid Device), (DateTimeOffset Since, int Count)> seen = [];
    private readonly Lock gate = new();

    /// <summary>Counts one connection; how many there were in this minute, with it.</summary>
    public int Count(Guid tenant, Guid device)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (seen.Count >= MaximumDevices)
                foreach (var old in seen.Where(s => now - s.Value.Since > Window).Select(s => s.Key).ToList()) seen.Remove(old);
            var (since, count) = seen.GetValueOrDefault((tenant, device));
            var entry = now - since > Window ? (Since: now, Count: 1) : (Since: since, Count: count + 1);
            seen[(tenant, device)] = entry;
            return entry.Count;
        }
    }

    /// <summary>
    /// True where the operator is to hear of it. A connection that is pushed out at once writes no event, so it is told several times, last by
    /// the connection behind which no other is let in.
    /// </summary>
    public static bool ShouldTell(int count) => count >= Suspicious && count % 5 == 0;
}
