namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>The version field of an SNMP message (RFC 1157 §4, RFC 1901 §3, RFC 3412 §6).</summary>
public enum SnmpVersion
{
    /// <summary>SNMPv1 (RFC 1157).</summary>
    V1 = 0,

    /// <summary>Community-based SNMPv2 (RFC 1901).</summary>
    V2c = 1,

    /// <summary>SNMPv3 (RFC 3412).</summary>
    V3 = 3,
}
