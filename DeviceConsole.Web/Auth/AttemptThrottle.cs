using System.Collections.Concurrent;
using System.Net;

namespace DeviceConsole.Web.Auth;

/// <summary>
/// Holds back an address that fails often, whatever names it tries: passwords sprayed over many accounts lock none of them.
/// An attempt counts when it begins and is taken back when it succeeds.
/// </summary>
public sealed class AttemptThrottle(TimeProvider time)
{
    /// <summary>Failures that an address may have within <see cref="Window"/>.</summary>
    public const int Maximum = 20;

    /// <summary>How long a failure counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int Capacity = 100_000;
    private readonly ConcurrentDictionary<IPAddress, Counter> counters = new();

    /// <summary>False where the address has to wait.</summary>
    public bool TryBegin(IPAddress? address)
    {
        if (counters.Count > Capacity) DropOld();
        var counter = counters.GetOrAdd(Source(address), _ => new Counter(time.GetTimestamp()));
        lock (counter)
        {
            if (time.GetElapsedTime(counter.Since) >= Window) (counter.Since, counter.Failures) = (time.GetTimestamp(), 0);
            if (counter.Failures >= Maximum) return false;
            counter.Failures++;
            return true;
        }
    }

    /// <summary>The attempt was a right one.</summary>
    public void Succeeded(IPAddress? address)
    {
        if (!counters.TryGetValue(Source(address), out var counter)) return;
        lock (counter) counter.Failures = Math.Max(0, counter.Failures - 1);
    }

    private void DropOld()
    {
        foreach (var (address, counter) in counters)
            if (time.GetElapsedTime(counter.Since) >= Window) counters.TryRemove(address, out _);
        if (counters.Count > Capacity) counters.Clear();
    }

    // Whoever has one IPv6 address has the /64 around it.
    private static IPAddress Source(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Counter(long since)
    {
        public long Since { get; set; } = since;

        public int Failures { get; set; }
    }
}
