namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>
/// The little that a receiver needs before it can tell whose answer a datagram is.
/// </summary>
/// <param name="Version">The message's version.</param>
/// <param name="PduType">The PDU's tag; of SNMPv3, where it may be encrypted, always <see cref="Wire.PduType.Response"/>.</param>
/// <param name="Id">The request-id of SNMPv1 and SNMPv2c, the msgID of SNMPv3.</param>
public readonly record struct MessagePeek(SnmpVersion Version, PduType PduType, int Id)
{
    /// <summary>
    /// Reads version, PDU type and id, and nothing behind them. False where the datagram is cut short, or is no message with
    /// such an id.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out MessagePeek peek)
    {
        peek = default;
        try
        {
            if (!BerReader.TryReadElementLength(datagram, BerTag.Sequence, out var total)) return false;
            var outer = new BerReader(datagram[..total]);
            var body = outer.ReadConstructed(BerTag.Sequence);
            var version = (SnmpVersion)body.ReadInt32();
            if (version == SnmpVersion.V3)
            {
                peek = new MessagePeek(version, PduType.Response, body.ReadConstructed(BerTag.Sequence).ReadInt32());
                return true;
            }

            if (version is not (SnmpVersion.V1 or SnmpVersion.V2c)) return false;
            body.ReadContent((byte)SnmpType.OctetString);
            var type = (PduType)body.PeekTag();
            if (type is < PduType.GetRequest or > PduType.Report or PduType.TrapV1) return false;
            peek = new MessagePeek(version, type, body.ReadConstructed((byte)type).ReadInt32());
            return true;
        }
        catch (SnmpDecodeException)
        {
            return false;
        }
    }
}
