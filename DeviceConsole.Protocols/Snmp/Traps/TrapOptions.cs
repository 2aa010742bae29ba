using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>The receiver of traps and informs, section <c>Snmp:Traps</c>.</summary>
[SettingsSection(TrapOptions.Section)]
public sealed class TrapOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Snmp:Traps";

    /// <summary>The UDP port; 0: nothing is received. 162 needs the right to open it.</summary>
    public int Port { get; set; }

    /// <summary>The TCP port for traps and informs (RFC 3430); 0: none.</summary>
    public int TcpPort { get; set; }

    /// <summary>
    /// Addresses and networks, parted by commas, of forwarders of notifications: what these send is the notification of the device that snmpTrapAddress, or agent-addr of
    /// SNMPv1, names; of SNMPv3, of the device whose Engine ID setting is the trap's. Empty: nobody is believed that.
    /// </summary>
    public string Forwarders { get; set; } = "";

    /// <summary>Addresses and networks, parted by commas, that begin each TCP connection with a PROXY header, and may begin each datagram with one of version 2. Empty: none.</summary>
    public string Proxies { get; set; } = "";

    /// <summary>The local address; empty: all, IPv4 and IPv6.</summary>
    public string Address { get; set; } = "";

    /// <summary>
    /// The name of this receiver towards SNMPv3 devices: nodes that share an address behind a balancer share it. Empty: address and port.
    /// </summary>
    public string Receiver { get; set; } = "";

    /// <summary>Requested size of the socket's receive buffer in bytes; the system may grant less.</summary>
    public int ReceiveBuffer { get; set; } = 16 * 1024 * 1024;

    /// <summary>Datagrams that wait for their turn; more are dropped and counted.</summary>
    public int Queue { get; set; } = 50_000;

    /// <summary>Datagrams a second that are taken from one source, after a burst; more are dropped and counted.</summary>
    public int PerSource { get; set; } = 200;

    /// <summary>Datagrams that one source may send at once.</summary>
    public int Burst { get; set; } = 2_000;
}
