namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>A scoped PDU (RFC 3412 §6.8).</summary>
/// <param name="ContextEngineId">The engine that holds the context.</param>
/// <param name="ContextName">The context; empty for the default one.</param>
/// <param name="Pdu">The PDU.</param>
public readonly record struct ScopedPdu(ReadOnlyMemory<byte> ContextEngineId, ReadOnlyMemory<byte> ContextName, Pdu Pdu)
{
    /// <summary>Reads the scoped PDU at the start of the window; what a block cipher padded behind it is left alone.</summary>
    /// <exception cref="SnmpDecodeException">The bytes are none.</exception>
    public static ScopedPdu Read(byte[] source, Range window)
    {
        var outer = BerReader.Within(source, window);
        var body = outer.ReadConstructed(BerTag.Sequence);
        var engine = Octets(ref body, source);
        var name = Octets(ref body, source);
        var pdu = Pdu.Read(ref body, source);
        body.ExpectEnd();
        return new ScopedPdu(engine, name, pdu);
    }

    /// <summary>Writes a scoped PDU from its parts.</summary>
    public static void Write(
        ref BerWriter writer, ReadOnlySpan<byte> contextEngineId, ReadOnlySpan<byte> contextName,
        PduType type, int requestId, int errorStatus, int errorIndex, ReadOnlySpan<VarBind> varBinds)
    {
        var start = writer.Length;
        Pdu.Write(ref writer, type, requestId, errorStatus, errorIndex, varBinds);
        writer.WriteElement((byte)SnmpType.OctetString, contextName);
        writer.WriteElement((byte)SnmpType.OctetString, contextEngineId);
        writer.Wrap(BerTag.Sequence, start);
    }

    private static ReadOnlyMemory<byte> Octets(ref BerReader reader, byte[] source)
    {
        var length = reader.ReadContent((byte)SnmpType.OctetString).Length;
        return source.AsMemory(reader.Position - length, length);
    }
}
