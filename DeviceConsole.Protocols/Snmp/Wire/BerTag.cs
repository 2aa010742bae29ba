namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>Tags that are neither a value's type nor a PDU's.</summary>
internal static class BerTag
{
    /// <summary>SEQUENCE, constructed.</summary>
    public const byte Sequence = 0x30;
}
