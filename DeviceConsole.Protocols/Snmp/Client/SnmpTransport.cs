namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>What messages travel over.</summary>
public enum SnmpTransport
{
    /// <summary>UDP (RFC 3417 §2), over IPv4 or IPv6.</summary>
    Udp,

    /// <summary>TCP (RFC 3430).</summary>
    Tcp,
}
