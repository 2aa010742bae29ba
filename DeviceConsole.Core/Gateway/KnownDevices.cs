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
/// compared once more before the device is given anything (<see cref="WorkLook"/>).
/// </summary>
internal sealed class KnownDevices
{
    /// <summary>Beyond this many nothing more is remembered until something is dropped: about 400 MB.</summary>
    private const int Maximum = 200_000;

    private readonly ConcurrentDictionary<(Guid Tenant, string Protocol, string Identity), KnownDevice> known = new();
    private readonly ConcurrentDictionary<(Guid Tenant, Guid Device), KnownDevice> byDevice = new();

    /// <summary>One for the process.</summary>
    public KnownDevices(JobListener listener)
    {
        listener.ChangeNoticed += OnNoticed;
        listener.Missed += Clear;
    }

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
    public SealedEndpoint? Find(Guid tenant, string protocol, string identity, IReadOnlyList<ParameterValue> reported) =>
        known.TryGetValue((tenant, protocol, identity), out var device) && device.Reported is { } print && print == FingerprintOf(reported) ? device.Endpoint : null;

    /// <summary>Remembers an endpoint that was just read, of a device that proved itself.</summary>
    public void Remember(Guid tenant, string identity, SealedEndpoint endpoint)
    {
        if (byDevice.Count >= Maximum) return;
        Forget(tenant, endpoint.Device);
        var device = new KnownDevice(endpoint, identity);
        known[(tenant, endpoint.Protocol, identity)] = device;
        byDevice[(tenant, endpoint.Device)] = device;
    }

    /// <summary>What the device reported is stored now.</summary>
    public void Stored(Guid tenant, Guid device, IReadOnlyList<ParameterValue> reported)
    {
        if (byDevice.TryGetValue((tenant, device), out var entry)) entry.Reported = FingerprintOf(reported);
    }

    /// <summary>True once in a while for a device: then the exchange of a session in which nothing happened is kept too.</summary>
    public bool IsTraceDue(Guid tenant, Guid device, DateTimeOffset now, TimeSpan interval)
    {
        if (!byDevice.TryGetValue((tenant, device), out var entry) || now - entry.TracedAt < interval) return entry is null;
        entry.TracedAt = now;
        return true;
    }

    /// <summary>What is stored may differ from what the device reported last: its next report is written again.</summary>
    public void ForgetReported(Guid tenant, Guid device)
    {
        if (byDevice.TryGetValue((tenant, device), out var entry)) entry.Reported = null;
    }

    /// <summary>The device's next call is read anew.</summary>
    public void Forget(Guid tenant, Guid device)
    {
        if (byDevice.TryRemove((tenant, device), out var entry)) known.TryRemove(new((tenant, entry.Endpoint.Protocol, entry.Identity), entry));
    }

    private void Clear()
    {
        known.Clear();
        byDevice.Clear();
    }

    // Payload: topic:tenant:key,key; the keys are device ids, '*' or nothing where everything may have changed.
    private void OnNoticed(string payload)
    {
        var endpoints = payload.StartsWith("endpoints:", StringComparison.Ordinal);
        if (!endpoints && !payload.StartsWith("parameters:", StringComparison.Ordinal)) return;
        if (payload.Split(':', 3) is not [_, var id, var keys] || !Guid.TryParseExact(id, "N", out var tenant)) return;
        if (keys is "*" or "")
        {
            foreach (var (key, _) in byDevice)
                if (key.Tenant == tenant) Drop(tenant, key.Device, endpoints);
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
