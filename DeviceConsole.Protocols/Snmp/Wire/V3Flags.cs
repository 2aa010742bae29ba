namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>msgFlags of an SNMPv3 message (RFC 3412 §6.4).</summary>
[Flags]
public enum V3Flags
{
    /// <summary>noAuthNoPriv, and no report is wanted.</summary>
    None = 0,

    /// <summary>The message is authenticated.</summary>
    Auth = 1,

    /// <summary>The scoped PDU is encrypted; never without <see cref="Auth"/>.</summary>
    Priv = 2,

    /// <summary>The receiver may answer with a Report.</summary>
    Reportable = 4,
}
