namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>
/// A message of SNMPv1 (RFC 1157 §4) or SNMPv2c (RFC 1901 §3): version, community, PDU.
/// </summary>
/// <param name="Version"><see cref="SnmpVersion.V1"/> or <see cref="SnmpVersion.V2c"/>.</param>
/// <param name="Community">The community's octets; a secret.</param>
/// <param name="Pdu">The PDU.</param>
public readonly record struct CommunityMessage(SnmpVersion Version, ReadOnlyMemory<byte> Community, Pdu Pdu)
{
    /// <summary>
    /// Reads the message at the start of <paramref name="source"/>, which must not change afterwards: names and values are windows of it.
    /// False, with nothing consumed, where the message is not complete. Bytes after the message are left alone.
    /// </summary>
    /// <exception cref="SnmpDecodeException">The bytes are no such message.</exception>
    public static bool TryRead(byte[] source, out CommunityMessage message, out int consumed)
    {
        message = default;
        if (!BerReader.TryReadElementLength(source, BerTag.Sequence, out consumed)) return false;
        var outer = new BerReader(source.AsSpan(0, consumed));
        var body = outer.ReadConstructed(BerTag.Sequence);
        var version = (SnmpVersion)body.ReadInt32();
        if (version is not (SnmpVersion.V1 or SnmpVersion.V2c))
            throw new SnmpDecodeException($"Version {(int)version} is not one of SNMPv1 and SNMPv2c.");
        if (body.ReadAny(out var communityAt, out var communityLength) != (byte)SnmpType.OctetString)
            throw new SnmpDecodeException("The community is no OCTET STRING.");
        var pdu = Pdu.Read(ref body, source);
        body.ExpectEnd();
        message = new CommunityMessage(version, source.AsMemory(communityAt, communityLength), pdu);
        return true;
    }

    /// <summary>Writes a message from its parts, without an allocation.</summary>
    public static void Write(
        ref BerWriter writer,
        SnmpVersion version,
        ReadOnlySpan<byte> community,
        PduType type,
        int requestId,
        int errorStatus,
        int errorIndex,
        ReadOnlySpan<VarBind> varBinds)
    {
        var start = writer.Length;
        Pdu.Write(ref writer, type, requestId, errorStatus, errorIndex, varBinds);
        writer.WriteElement((byte)SnmpType.OctetString, community);
        writer.WriteInteger((int)version);
        writer.Wrap(BerTag.Sequence, start);
    }

    /// <summary>Writes this message.</summary>
    public void Write(ref BerWriter writer) =>
        Write(ref writer, Version, Community.Span, Pdu.Type, Pdu.RequestId, Pdu.ErrorStatus, Pdu.ErrorIndex, Pdu.VarBinds.Span);
}
