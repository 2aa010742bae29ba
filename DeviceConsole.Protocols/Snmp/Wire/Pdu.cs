namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>
/// A PDU (RFC 3416 §3), of every type but the SNMPv1 trap. For GetBulkRequest the two integers hold non-repeaters and max-repetitions.
/// </summary>
/// <param name="Type">The PDU's tag.</param>
/// <param name="RequestId">Ties a response to its request.</param>
/// <param name="ErrorStatus">error-status, or non-repeaters.</param>
/// <param name="ErrorIndex">error-index (1-based, 0 for none), or max-repetitions.</param>
/// <param name="VarBinds">The variable bindings.</param>
public readonly record struct Pdu(PduType Type, int RequestId, int ErrorStatus, int ErrorIndex, ReadOnlyMemory<VarBind> VarBinds)
{
    /// <summary>
    /// Reads a PDU. <paramref name="source"/> is the array that <paramref name="reader"/> reads from its first byte; names and values
    /// stay windows of it.
    /// </summary>
    /// <exception cref="SnmpDecodeException">The bytes are no such PDU.</exception>
    public static Pdu Read(ref BerReader reader, byte[] source)
    {
        var type = (PduType)reader.PeekTag();
        if (type is < PduType.GetRequest or > PduType.Report or PduType.TrapV1)
            throw new SnmpDecodeException($"Tag 0x{(byte)type:x2} at byte {reader.Position} is no PDU that is read here.");
        var body = reader.ReadConstructed((byte)type);
        var requestId = body.ReadInt32();
        var errorStatus = body.ReadInt32();
        var errorIndex = body.ReadInt32();
        var list = body.ReadConstructed(BerTag.Sequence);
        body.ExpectEnd();
        return new Pdu(type, requestId, errorStatus, errorIndex, ReadVarBinds(list, source));
    }

    /// <summary>Writes a PDU. A negative max-repetitions or non-repeaters is the caller's defect.</summary>
    public static void Write(ref BerWriter writer, PduType type, int requestId, int errorStatus, int errorIndex, ReadOnlySpan<VarBind> varBinds)
    {
        var start = writer.Length;
        for (var i = varBinds.Length - 1; i >= 0; i--)
        {
            var entry = writer.Length;
            writer.WriteElement((byte)varBinds[i].Value.Type, varBinds[i].Value.Encoded);
            writer.WriteElement((byte)SnmpType.ObjectIdentifier, varBinds[i].Name.Encoded);
            writer.Wrap(BerTag.Sequence, entry);
        }

        writer.Wrap(BerTag.Sequence, start);
        writer.WriteInteger(errorIndex);
        writer.WriteInteger(errorStatus);
        writer.WriteInteger(requestId);
        writer.Wrap((byte)type, start);
    }

    /// <summary>An upper bound of the bytes that <see cref="Write"/> needs.</summary>
    public static int MaximumSize(ReadOnlySpan<VarBind> varBinds)
    {
        var size = 32;
        foreach (var varBind in varBinds) size += varBind.Name.Encoded.Length + varBind.Value.Encoded.Length + 15;
        return size;
    }

    internal static VarBind[] ReadVarBinds(BerReader list, byte[] source)
    {
        var counter = list;
        var count = 0;
        for (; !counter.AtEnd; count++) counter.ReadContent(BerTag.Sequence);
        if (count == 0) return [];
        var varBinds = new VarBind[count];
        for (var i = 0; i < count; i++)
        {
            var entry = list.ReadConstructed(BerTag.Sequence);
            if (entry.ReadAny(out var nameAt, out var nameLength) != (byte)SnmpType.ObjectIdentifier)
                throw new SnmpDecodeException($"The name at byte {nameAt} is no OID.");
            var tag = entry.ReadAny(out var valueAt, out var valueLength);
            entry.ExpectEnd();
            varBinds[i] = new VarBind(
                ObjectIdentifier.FromEncoded(source, nameAt, nameLength),
                SnmpValue.FromEncoded(tag, source, valueAt, valueLength));
        }

        return varBinds;
    }
}
