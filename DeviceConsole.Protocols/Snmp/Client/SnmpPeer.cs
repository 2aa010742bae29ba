using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// A device as the client addresses it. Immutable; prints no secret.
/// </summary>
public sealed class SnmpPeer
{
    /// <summary>A device that is spoken to with a community.</summary>
    /// <param name="scope">The tenant: what is learnt of a device stays within it.</param>
    /// <param name="endPoint">Address and port.</param>
    /// <param name="version"><see cref="SnmpVersion.V1"/> or <see cref="SnmpVersion.V2c"/>.</param>
    /// <param name="community">The community's octets.</param>
    public SnmpPeer(Guid scope, IPEndPoint endPoint, SnmpVersion version, ReadOnlyMemory<byte> community)
    {
        if (version is not (SnmpVersion.V1 or SnmpVersion.V2c)) throw new ArgumentOutOfRangeException(nameof(version));
        Scope = scope;
        EndPoint = endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
        Version = version;
        Community = community;
        Address = EndPoint.Serialize();
    }

    /// <summary>A device that is spoken to in SNMPv3.</summary>
    /// <param name="scope">The tenant: what is learnt of a device stays within it.</param>
    /// <param name="endPoint">Address and port.</param>
    /// <param name="user">The user; its protocols are the security level of every message.</param>
    public SnmpPeer(Guid scope, IPEndPoint endPoint, UsmUser user) : this(scope, endPoint, SnmpVersion.V2c, default)
    {
        Version = SnmpVersion.V3;
        User = user;
    }

    /// <summary>The tenant.</summary>
    public Guid Scope { get; }

    /// <summary>Address and port; never an IPv4 address in IPv6 form.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The version to speak.</summary>
    public SnmpVersion Version { get; private init; }

    /// <summary>The user of SNMPv3, or null.</summary>
    public UsmUser? User { get; }

    /// <summary>SNMPv3: the context; empty for the default one.</summary>
    public ReadOnlyMemory<byte> ContextName { get; init; }

    /// <summary>SNMPv3: the engine that holds the context; empty for the one that is asked.</summary>
    public ReadOnlyMemory<byte> ContextEngineId { get; init; }

    /// <summary>SNMPv3: the engine that is asked; empty to have it discovered.</summary>
    public ReadOnlyMemory<byte> EngineId { get; init; }

    /// <summary>UDP or TCP.</summary>
    public SnmpTransport Transport { get; init; }

    /// <summary>How long the first try waits for its answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many tries follow the first one.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Fixed max-repetitions for walks, or null to let the client find what the device can do.</summary>
    public int? MaxRepetitions { get; init; }

    /// <summary>The most datagrams a second that the device is sent, retries among them; 0 for no such limit.</summary>
    public int PacketsPerSecond { get; init; }

    /// <summary>Sees this caller's messages; null where nobody wants to.</summary>
    internal ISnmpWatch? Watch { get; init; }

    internal ReadOnlyMemory<byte> Community { get; }

    internal SocketAddress Address { get; }

    internal AddressFamily Family => EndPoint.AddressFamily;

    /// <summary>An upper bound of the bytes of a message beside its PDU.</summary>
    internal int Overhead => User is null ? Community.Length + 24 : UsmMessage.Overhead + ContextEngineId.Length + ContextName.Length;

    /// <summary>The endpoint; never the community.</summary>
    public override string ToString() => EndPoint.ToString();

    internal bool HasCredentialsOf(SnmpPeer other) => Version == other.Version && Community.Span.SequenceEqual(other.Community.Span) && User?.Identity == other.User?.Identity;
}
