namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>Tags of the PDUs (RFC 3416 §3; <see cref="TrapV1"/> from RFC 1157 §4.1.6).</summary>
public enum PduType : byte
{
    /// <summary>GetRequest-PDU.</summary>
    GetRequest = 0xA0,

    /// <summary>GetNextRequest-PDU.</summary>
    GetNextRequest = 0xA1,

    /// <summary>Response-PDU.</summary>
    Response = 0xA2,

    /// <summary>SetRequest-PDU.</summary>
    SetRequest = 0xA3,

    /// <summary>Trap-PDU of SNMPv1; its body has a form of its own.</summary>
    TrapV1 = 0xA4,

    /// <summary>GetBulkRequest-PDU; never sent to an SNMPv1 agent.</summary>
    GetBulkRequest = 0xA5,

    /// <summary>InformRequest-PDU.</summary>
    InformRequest = 0xA6,

    /// <summary>SNMPv2-Trap-PDU.</summary>
    TrapV2 = 0xA7,

    /// <summary>Report-PDU.</summary>
    Report = 0xA8,
}
