using System.Net;
using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Snmp.Security;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>A device that is reached at a source, with what its notifications must show.</summary>
internal sealed class TrapSource
{
    private static readonly string[] CommunityFields = ["readCommunity", "writeCommunity", "trapCommunity"];

    private readonly List<byte[]> communities = [];

    public TrapSource(ProtocolTarget target)
    {
        (TenantId, DeviceId) = (target.TenantId, target.DeviceId);
        if (target.Settings.Text("version") == "v3") User = SnmpUserFields.User(target.Settings, target.Secrets, out _);
        else communities.AddRange(CommunityFields.Select(f => target.Secrets.GetValueOrDefault(f)).Where(c => !string.IsNullOrEmpty(c)).Select(c => Encoding.UTF8.GetBytes(c!)));
    }

    public Guid TenantId { get; }

    public Guid DeviceId { get; }

    /// <summary>The user of SNMPv3; null for a device of v1 or v2c.</summary>
    public UsmUser? User { get; }

    /// <summary>True where the community is one of the device's, also with an index behind it (<c>community@10</c>); compared in constant time.</summary>
    public bool Knows(ReadOnlySpan<byte> community)
    {
        var at = community.LastIndexOf((byte)'@');
        var plain = at > 0 ? community[..at] : community;
        var known = false;
        foreach (var one in communities) known |= CryptographicOperations.FixedTimeEquals(one, community) | CryptographicOperations.FixedTimeEquals(one, plain);
        return known;
    }
}

/// <summary>The devices of a source, remembered for a short while.</summary>
internal sealed class TrapSources(INotificationDesk desk, TimeProvider time)
{
    private const int Kept = 20_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(20);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<object, (IReadOnlyList<TrapSource> Devices, long At)> known = new();

    /// <summary>What is remembered, or null.</summary>
    /// <param name="source">Where they are reached.</param>
    /// <param name="engine">The SNMPv3 engine that a forwarder's trap names; null where the source decides.</param>
    public IReadOnlyList<TrapSource>? Find(IPAddress source, string? engine) =>
        known.TryGetValue(engine ?? (object)source, out var entry) && time.GetElapsedTime(entry.At) < Lifetime ? entry.Devices : null;

    /// <summary>Asks, and remembers.</summary>
    public async Task<IReadOnlyList<TrapSource>> LoadAsync(IPAddress source, string? engine, CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        var targets = engine is null
            ? await desk.DevicesAtAsync(SnmpModuleDescriptor.Id, source, cancellationToken).ConfigureAwait(false)
            : await desk.DevicesOfEngineAsync(SnmpModuleDescriptor.Id, engine, cancellationToken).ConfigureAwait(false);
        // What a forwarder brings is proved by nothing but its authentication.
        IReadOnlyList<TrapSource> devices = [.. targets.Select(t => new TrapSource(t)).Where(d => engine is null || d.User is { Auth: not AuthProtocol.None })];
        if (known.Count >= Kept) known.Clear();
        known[engine ?? (object)source] = (devices, at);
        return devices;
    }
}
