using System.Net;
using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Protocols;

/// <summary>
/// A device as one protocol sees it, with everything an execution needs, already decrypted and checked for the tenant.
/// </summary>
/// <param name="TenantId">The tenant; part of the key of every cache.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="Settings">The endpoint's settings by the ids of <see cref="ProtocolDescriptor.Settings"/>.</param>
/// <param name="Secrets">Plain credentials by the ids of <see cref="ProtocolDescriptor.Credentials"/>; never logged, never kept.</param>
/// <param name="Policy">Which addresses this tenant may have the product dial.</param>
public sealed record ProtocolTarget(
    Guid TenantId,
    Guid DeviceId,
    JsonObject Settings,
    IReadOnlyDictionary<string, string> Secrets,
    NetworkPolicy Policy)
{
    /// <summary>False where nobody will look at the exchange, and watching it would be for nothing: the first try of a job that a schedule made.</summary>
    public bool KeepsTrace { get; init; } = true;

    /// <summary>
    /// Set where the endpoint was remembered from an earlier call and not read for this one: when it was changed last. Compared with what is stored before
    /// the device is given anything.
    /// </summary>
    public DateTimeOffset? Remembered { get; init; }

    /// <summary>How the device's model wants to be talked to, where it is to be asked to call in; by the ids of <see cref="ProtocolDescriptor.Quirks"/>.</summary>
    public JsonObject Quirks { get; init; } = [];

    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"device {DeviceId}";
}

/// <summary>
/// The guard against server-side request forgery: public unicast addresses are allowed, every other range
/// (RFC 6890: loopback, link-local, private, shared, multicast …) only where the tenant's policy lists a network that holds it.
/// Checked on the resolved address, right before use.
/// </summary>
public sealed class NetworkPolicy(IReadOnlyList<IPNetwork> allowed)
{
    private static readonly IPNetwork[] Special =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("64:ff9b::/96"), IPNetwork.Parse("64:ff9b:1::/48"), IPNetwork.Parse("100::/64"),
        IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"),
    ];

    /// <summary>Public addresses only.</summary>
    public static NetworkPolicy PublicOnly { get; } = new([]);

    /// <summary>The ranges beside the public ones that the tenant may reach.</summary>
    public IReadOnlyList<IPNetwork> Allowed { get; } = allowed;

    /// <summary>True where the product may send to this address on the tenant's behalf.</summary>
    public bool Allows(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in Allowed)
            if (network.Contains(address)) return true;
        foreach (var network in Special)
            if (network.Contains(address)) return false;
        return true;
    }
}
