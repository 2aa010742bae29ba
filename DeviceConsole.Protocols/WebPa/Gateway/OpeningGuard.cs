using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>
/// Two devices under one name throw each other out for ever: after some openings within a minute the name is turned away for the rest of it.
/// </summary>
public sealed class OpeningGuard(IOptions<WebPaOptions> options, TimeProvider time)
{
    private const int MaximumNames = 100_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(Guid Tenant, Guid Device), (long Since, int Count)> openings = [];

    /// <summary>False where the device opened too many connections within the last minute.</summary>
    public bool MayOpen(Guid tenant, Guid device)
    {
        var now = time.GetTimestamp();
        lock (gate)
        {
            if (openings.Count >= MaximumNames) Forget(now);
            var (since, count) = openings.GetValueOrDefault((tenant, device));
            if (count == 0 || time.GetElapsedTime(since, now) > Window) (since, count) = (now, 0);
            openings[(tenant, device)] = (since, count + 1);
            return count < options.Value.MaximumOpenings;
        }
    }

    private void Forget(long now)
    {
        foreach (var (key, value) in openings)
            if (time.GetElapsedTime(value.Since, now) > Window) openings.Remove(key);
    }
}
