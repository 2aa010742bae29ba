using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Endpoints of devices that called before, so that the next call of most devices reads nothing: sealed as they are stored, with a fingerprint of
/// what the device reported last. The database's notifications drop what changed; where one is lost or late, the moment of the endpoint's last change is
/// compared once more before the device is given anything (<see cref="WorkLook"/>). There are two generations: whoever has not called while as many others did as one
/// holds is forgotten, so that devices that come once hold no place for good.
/// </summary>
internal sealed class KnownDevices
{
    /// <summary>In each of the two generations.</summary>
    private const int Most = 100_000;

    private readonly Lock turn = new();
    private readonly int most;
    private volatile Generation young = new(), old = new();

    /// <summary>One for the process.</summary>
    public KnownDevices(JobListener listener) : this(listener, Most)
    {
    }

    internal KnownDevices(JobListener listener, int most)
    {
        this.most = most;
        listener.ChangeNoticed += OnNoticed;
        listener.Missed += Clear;
    }

    /// <summary>How many are remembered.</summary>
    internal int Count => young.Count + old.Count;

    /// <summary>What a device reports, as a number that is as good as its own: 128 bits of SHA-256.</summary>
    public static Guid FingerprintOf(IReadOnlyList<ParameterValue> reported)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> buffer = stackalloc byte[512];
        foreach (var value in reported)
        {
            Append(hash, value.Path, buffer);
            Append(hash, value.Type, buffer);
            Append(hash, value.Value is null ? "\u0001" : value.Value, buffer);
            Append(hash, value.Writable is { } writable ? writable ? "w" : "r" : "", buffer);
        }
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return new Guid(digest[..16]);
    }

    /// <summary>The endpoint of an identity, where it is remembered and has reported exactly this the last time.</summary>
    public SealedEndpoint? Find(Guid tenant, string protocol, string identity, IReadOnlyList<ParameterValue> reported)
    {
        var device = young.Find(tenant, protocol, identity) ?? Rejuvenate(tenant, protocol, identity);
        return device?.Reported is { } print && print == FingerprintOf(reported) ? device.Endpoint : null;
    }

    /// <summary>Remembers an endpoint that was just read, of a device that proved itself.</summary>
    public void Remember(Guid tenant, string identity, SealedEndpoint endpoint)
    {
        lock (turn)
        {
            Forget(tenant, endpoint.Device);
            Keep(tenant, new KnownDevice(endpoint, identity));
        }
    }

    /// <summary>What the device reported is stored now.</summary>
    public void Stored(Guid tenant, Guid device, IReadOnlyList<ParameterValue> reported)
    {
        if (Of(tenant, device) is { } entry) entry.Reported = FingerprintOf(reported);
    }

    /// <summary>True once in a while for a device: then the exchange of a session in which nothing happened is kept too.</summary>
    public bool IsTraceDue(Guid tenant, Guid device, DateTimeOffset now, TimeSpan interval)
    {
        if (Of(tenant, device) is not { } entry || now - entry.TracedAt < interval) return Of(tenant, device) is null;
        entry.TracedAt = now;
        return true;
    }

    /// <summary>What is stored may differ from what the device reported last: its next report is written again.</summary>
    public void ForgetReported(Guid tenant, Guid device)
    {
        lock (turn)
            if (Of(tenant, device) is { } entry) entry.Reported = null;
    }

    /// <summary>The device's next call is read anew.</summary>
    public void Forget(Guid tenant, Guid device)
    {
        lock (turn)
            foreach (var generation in (ReadOnlySpan<Generation>)[young, old])
                if (generation.Of(tenant, device) is { } entry) generation.Remove(tenant, entry);
    }

    private KnownDevice? Of(Guid tenant, Guid device) => young.Of(tenant, device) ?? old.Of(tenant, device);

    // It came back: it is young again. Nobody who forgets it finds it between the two.
    private KnownDevice? Rejuvenate(Guid tenant, string protocol, string identity)
    {
        lock (turn)
        {
            if (young.Find(tenant, protocol, identity) is { } here) return here;
            if (old.Find(tenant, protocol, identity) is not { } device) return null;
            if (old.Remove(tenant, device)) Keep(tenant, device);
            return device;
        }
    }

    // Under the lock.
    private void Keep(Guid tenant, KnownDevice device)
    {
        if (young.Count >= most) (young, old) = (new Generation(), young);
        young.Add(tenant, device);
    }

    private void Clear()
    {
        lock (turn) (young, old) = (new Generation(), new Generation());
    }

    // Payload: topic:tenant:key,key; the keys are device ids, '*' or nothing where everything may have changed.
    internal void OnNoticed(string payload)
    {
        var endpoints = payload.StartsWith("endpoints:", StringComparison.Ordinal);
        if (!endpoints && !payload.StartsWith("parameters:", StringComparison.Ordinal)) return;
        if (payload.Split(':', 3) is not [_, var id, var keys] || !Guid.TryParseExact(id, "N", out var tenant)) return;
        if (keys is "*" or "")
        {
            foreach (var device in young.Devices(tenant).Concat(old.Devices(tenant))) Drop(tenant, device, endpoints);
            return;
        }
        foreach (var key in keys.Split(','))
            if (Guid.TryParse(key, out var device)) Drop(tenant, device, endpoints);
    }

    private void Drop(Guid tenant, Guid device, bool whole)
    {
        if (whole) Forget(tenant, device);
        else ForgetReported(tenant, device);
    }

    private static void Append(IncrementalHash hash, string text, Span<byte> buffer)
    {
        if (Encoding.UTF8.GetMaxByteCount(text.Length) < buffer.Length)
        {
            hash.AppendData(buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
        }
        else
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
        }
        // No text holds a zero byte, so that two lists never read the same.
        hash.AppendData([0]);
    }

    // Counted along: the dictionary would take all its locks for it.
    private sealed class Generation
    {
        private readonly ConcurrentDictionary<(Guid Tenant, string Protocol, string Identity), KnownDevice> byIdentity = new();
        private readonly ConcurrentDictionary<(Guid Tenant, Guid Device), KnownDevice> byDevice = new();
        private int count;

        public int Count => Volatile.Read(ref count);

        public IEnumerable<Guid> Devices(Guid tenant) => byDevice.Where(d => d.Key.Tenant == tenant).Select(d => d.Key.Device);

        public KnownDevice? Find(Guid tenant, string protocol, string identity) => byIdentity.GetValueOrDefault((tenant, protocol, identity));

        public KnownDevice? Of(Guid tenant, Guid device) => byDevice.GetValueOrDefault((tenant, device));

        public void Add(Guid tenant, KnownDevice device)
        {
            if (byDevice.TryGetValue((tenant, device.Endpoint.Device), out var other)) Remove(tenant, other);
            byIdentity[(tenant, device.Endpoint.Protocol, device.Identity)] = device;
            if (byDevice.TryAdd((tenant, device.Endpoint.Device), device)) Interlocked.Increment(ref count);
        }

        public bool Remove(Guid tenant, KnownDevice device)
        {
            if (!byDevice.TryRemove(new((tenant, device.Endpoint.Device), device))) return false;
            byIdentity.TryRemove(new((tenant, device.Endpoint.Protocol, device.Identity), device));
            Interlocked.Decrement(ref count);
            return true;
        }
    }

    private sealed class KnownDevice(SealedEndpoint endpoint, string identity)
    {
        private StrongBox? reported;

        public SealedEndpoint Endpoint { get; } = endpoint;

        public string Identity { get; } = identity;

        public DateTimeOffset TracedAt { get; set; }

        public Guid? Reported
        {
            get => Volatile.Read(ref reported)?.Value;
            set => Volatile.Write(ref reported, value is { } print ? new StrongBox(print) : null);
        }

        private sealed record StrongBox(Guid Value);
    }
}
