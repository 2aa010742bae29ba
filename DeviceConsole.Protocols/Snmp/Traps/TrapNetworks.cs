using System.Net;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>Addresses and networks of a setting, parted by commas or spaces.</summary>
internal sealed class TrapNetworks
{
    private readonly IPNetwork[] networks;

    private TrapNetworks(IPNetwork[] networks) => this.networks = networks;

    /// <summary>True where the setting names none.</summary>
    public bool IsEmpty => networks.Length == 0;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="FormatException">A part of it is neither; the message is a sentence.</exception>
    public static TrapNetworks Parse(string setting) =>
        new([.. setting.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(One)]);

    /// <summary>True where the address is within one of them. An IPv4 address in IPv6 form counts as IPv4.</summary>
    public bool Contains(IPAddress address)
    {
        foreach (var network in networks)
            if (network.Contains(address)) return true;
        return false;
    }

    private static IPNetwork One(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        return IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new FormatException($"\"{text}\" is neither an address nor a network such as 192.0.2.0/24.");
    }
}
