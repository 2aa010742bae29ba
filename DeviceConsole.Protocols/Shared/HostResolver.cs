using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Shared;

/// <summary>
/// From the host that an operator typed to an address that may be dialled: resolved now, checked against the tenant's policy now.
/// The caller must use the address that comes back, never resolve again.
/// </summary>
public static class HostResolver
{
    /// <summary>Resolves and checks. Exactly one of the two results is null.</summary>
    /// <param name="protocol">The protocol's id, as the first part of the fault's code.</param>
    /// <param name="host">A name or an address; IPv6 with an optional zone, in brackets or without.</param>
    /// <param name="policy">What the tenant may reach.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public static async Task<(IPAddress? Address, ProtocolFault? Fault)> ResolveAsync(
        string protocol, string host, NetworkPolicy policy, CancellationToken cancellationToken)
    {
        var (addresses, fault) = await LookUpAsync(protocol, host.Trim(), cancellationToken).ConfigureAwait(false);
        if (fault is not null) return (null, fault);
        var allowed = addresses.FirstOrDefault(a => IsUnicast(a) && policy.Allows(a));
        if (allowed is not null) return (allowed.IsIPv4MappedToIPv6 ? allowed.MapToIPv4() : allowed, null);
        var list = string.Join(", ", addresses.Select(a => a.ToString()));
        return (null, new ProtocolFault(
            FaultClass.Policy,
            $"{protocol}.address-not-allowed",
            $"The address {list} is not one that this tenant may reach. Ask an administrator to add its network to the tenant's allowed networks, or correct the device's host.",
            IPAddress.TryParse(host, out _) ? null : $"{host} resolves to {list}"));
    }

    /// <summary>A sentence where the text can be neither a host name nor an address, else null.</summary>
    public static string? Check(string host)
    {
        host = host.Trim();
        if (host.Length == 0) return "Enter the device's address or host name.";
        if (TryReadAddress(host, out var address))
            return IsUnicast(address) ? null : "This address stands for a group or for no host; enter the address of one device.";
        if (host.All(c => char.IsAsciiDigit(c) || c == '.')) return "This is no complete IPv4 address; it needs four numbers from 0 to 255.";
        return Uri.CheckHostName(host) == UriHostNameType.Dns && host.Length <= 253
            ? null
            : "Enter an IPv4 or IPv6 address or a host name, without a scheme, port or path.";
    }

    private static async Task<(IPAddress[] Addresses, ProtocolFault? Fault)> LookUpAsync(string protocol, string host, CancellationToken cancellationToken)
    {
        if (TryReadAddress(host, out var literal)) return ([literal], null);
        try
        {
            var found = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
            if (found.Length > 0) return (found, null);
        }
        catch (SocketException e)
        {
            return ([], Unresolved(protocol, host, e.SocketErrorCode.ToString()));
        }

        return ([], Unresolved(protocol, host, null));
    }

    private static ProtocolFault Unresolved(string protocol, string host, string? detail) => new(
        FaultClass.Unreachable,
        $"{protocol}.host-not-found",
        $"The host name {host} has no address. Check its spelling in the device's settings, and the name server of this installation.",
        detail);

    private static bool IsUnicast(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any);
        var first = address.GetAddressBytes()[0];
        return first is > 0 and < 224;
    }

    // The framework also takes "10.1" and octal numbers, which no operator means.
    private static bool TryReadAddress(string host, [NotNullWhen(true)] out IPAddress? address)
    {
        host = Unbracket(host);
        return IPAddress.TryParse(host, out address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == host);
    }

    private static string Unbracket(string host) => host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
}
