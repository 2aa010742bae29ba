namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>A Trap-PDU of SNMPv1 in its message (RFC 1157 §4.1.6).</summary>
/// <param name="Community">The community's octets; a secret.</param>
/// <param name="Enterprise">The type of the object that generates the trap.</param>
/// <param name="AgentAddress">agent-addr, four octets.</param>
/// <param name="Generic">generic-trap, 0 to 6.</param>
/// <param name="Specific">specific-trap.</param>
/// <param name="TimeStamp">Hundredths of a second since the agent's start.</param>
/// <param name="VarBinds">The variable bindings.</param>
public readonly record struct TrapV1Message(
    ReadOnlyMemory<byte> Community, ObjectIdentifier Enterprise, ReadOnlyMemory<byte> AgentAddress, int Generic, int Specific, uint TimeStamp, ReadOnlyMemory<VarBind> VarBinds)
{
    /// <summary>
    /// Reads the message at the start of <paramref name="source"/>, which must not change afterwards. False where it is not complete.
    /// </summary>
    /// <exception cref="SnmpDecodeException">The bytes are no such message.</exception>
    public static bool TryRead(byte[] source, out TrapV1Message message)
    {
        message = default;
        if (!BerReader.TryReadElementLength(source, BerTag.Sequence, out var total)) return false;
        var outer = new BerReader(source.AsSpan(0, total));
        var body = outer.ReadConstructed(BerTag.Sequence);
        if (body.ReadInt32() != (int)SnmpVersion.V1) throw new SnmpDecodeException("The message is not SNMPv1.");
        var community = Octets(ref body, source, (byte)SnmpType.OctetString);
        var pdu = body.ReadConstructed((byte)PduType.TrapV1);
        body.ExpectEnd();
        if (pdu.ReadAny(out var at, out var length) != (byte)SnmpType.ObjectIdentifier) throw new SnmpDecodeException("The enterprise of the trap is no OID.");
        var enterprise = ObjectIdentifier.FromEncoded(source, at, length);
        var address = Octets(ref pdu, source, (byte)SnmpType.IpAddress);
        var generic = pdu.ReadInt32();
        var specific = pdu.ReadInt32();
        var time = BerInteger.ToUInt32(pdu.ReadContent((byte)SnmpType.TimeTicks));
        var list = pdu.ReadConstructed(BerTag.Sequence);
        pdu.ExpectEnd();
        if (generic is < 0 or > 6 || specific < 0) throw new SnmpDecodeException("The trap's generic or specific number is none.");
        message = new TrapV1Message(community, enterprise, address, generic, specific, time, Pdu.ReadVarBinds(list, source));
        return true;
    }

    private static ReadOnlyMemory<byte> Octets(ref BerReader reader, byte[] source, byte tag)
    {
        var length = reader.ReadContent(tag).Length;
        return source.AsMemory(reader.Position - length, length);
    }
}
