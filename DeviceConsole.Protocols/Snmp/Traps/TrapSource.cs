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

    private readonly System.Collections.Concurrent.ConcurrentDictionary<IPAddress, (IReadOnlyList<TrapSource> Devices, long At)> known = new();

    /// <summary>What is remembered, or null.</summary>
    public IReadOnlyList<TrapSource>? Find(IPAddress source) =>
        known.TryGetValue(source, out var entry) && time.GetElapsedTime(entry.At) < Lifetime ? entry.Devices : null;

    /// <summary>Asks, and remembers.</summary>
    public async Task<IReadOnlyList<TrapSource>> LoadAsync(IPAddress source, CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        IReadOnlyList<TrapSource> devices = [.. (await desk.DevicesAtAsync(SnmpModuleDescriptor.Id, source, cancellationToken).ConfigureAwait(false)).Select(t => new TrapSource(t))];
        if (known.Count >= Kept) known.Clear();
        known[source] = (devices, at);
        return devices;
    }
}
