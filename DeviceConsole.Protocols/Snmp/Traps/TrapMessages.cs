using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>What kind of message arrived.</summary>
internal static class TrapMessages
{
    /// <summary>Its version, known or not; null where it is not whole.</summary>
    /// <exception cref="SnmpDecodeException">It is no SNMP message.</exception>
    public static SnmpVersion? Version(byte[] message)
    {
        if (!BerReader.TryReadElementLength(message, BerTag.Sequence, out var total)) return null;
        return (SnmpVersion)new BerReader(message.AsSpan(0, total)).ReadConstructed(BerTag.Sequence).ReadInt32();
    }

    /// <summary>True for a Trap-PDU of SNMPv1.</summary>
    /// <exception cref="SnmpDecodeException">It is no SNMP message.</exception>
    public static bool IsTrapV1(byte[] message)
    {
        var body = new BerReader(message).ReadConstructed(BerTag.Sequence);
        body.ReadInt32();
        body.ReadContent((byte)SnmpType.OctetString);
        return body.PeekTag() == (byte)PduType.TrapV1;
    }
}
