namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>
/// An SNMPv3 message (RFC 3412 §6) before its security was looked at: the header, and where in <see cref="Source"/> the security
/// parameters and the data lie.
/// </summary>
public readonly record struct V3Message
{
    /// <summary>The User-based Security Model (RFC 3411 §5).</summary>
    public const int UserSecurityModel = 3;

    /// <summary>The smallest msgMaxSize that a message may name (RFC 3412 §6.3).</summary>
    public const int SmallestMaximumSize = 484;

    /// <summary>The array that the message was read from.</summary>
    public byte[] Source { get; private init; }

    /// <summary>How many bytes of <see cref="Source"/> the message has.</summary>
    public int Length { get; private init; }

    /// <summary>msgID.</summary>
    public int MessageId { get; private init; }

    /// <summary>msgMaxSize: the longest message that the sender takes.</summary>
    public int MaximumSize { get; private init; }

    /// <summary>msgFlags; unknown bits are left away.</summary>
    public V3Flags Flags { get; private init; }

    /// <summary>msgSecurityModel.</summary>
    public int SecurityModel { get; private init; }

    /// <summary>Where the content of msgSecurityParameters lies.</summary>
    public Range SecurityParameters { get; private init; }

    /// <summary>Where the data lies: the scoped PDU with its header, or, where <see cref="IsEncrypted"/>, the encrypted octets.</summary>
    public Range Data { get; private init; }

    /// <summary>True where the data is an OCTET STRING (encryptedPDU).</summary>
    public bool IsEncrypted { get; private init; }

    /// <summary>
    /// Reads the message at the start of <paramref name="source"/>, which must not change afterwards. False, with nothing consumed, where
    /// it is not complete.
    /// </summary>
    /// <exception cref="SnmpDecodeException">The bytes are no SNMPv3 message.</exception>
    public static bool TryRead(byte[] source, out V3Message message, out int consumed)
    {
        message = default;
        if (!BerReader.TryReadElementLength(source, BerTag.Sequence, out consumed)) return false;
        var outer = new BerReader(source.AsSpan(0, consumed));
        var body = outer.ReadConstructed(BerTag.Sequence);
        var version = body.ReadInt32();
        if (version != (int)SnmpVersion.V3) throw new SnmpDecodeException($"Version {version} is not SNMPv3.");
        var header = body.ReadConstructed(BerTag.Sequence);
        var id = header.ReadInt32();
        var size = header.ReadInt32();
        var flags = Flag(header.ReadContent((byte)SnmpType.OctetString));
        var model = header.ReadInt32();
        header.ExpectEnd();
        if (id < 0 || size < SmallestMaximumSize || model < 1) throw new SnmpDecodeException("The header of the SNMPv3 message holds a number that it may not.");
        var security = Content(ref body, (byte)SnmpType.OctetString);
        var dataAt = body.Position;
        var isEncrypted = body.PeekTag() == (byte)SnmpType.OctetString;
        var data = isEncrypted ? Content(ref body, (byte)SnmpType.OctetString) : Whole(ref body, dataAt);
        body.ExpectEnd();
        if (isEncrypted != flags.HasFlag(V3Flags.Priv)) throw new SnmpDecodeException("The flags of the SNMPv3 message and its data disagree on encryption.");
        message = new V3Message
        {
            Source = source, Length = consumed, MessageId = id, MaximumSize = size, Flags = flags, SecurityModel = model,
            SecurityParameters = security, Data = data, IsEncrypted = isEncrypted,
        };
        return true;
    }

    /// <summary>Puts the header in front of what was written: the data and, before it, the content of msgSecurityParameters, which begins at <paramref name="dataLength"/>.</summary>
    public static void WriteAround(ref BerWriter writer, int dataLength, int id, int maximumSize, V3Flags flags)
    {
        writer.Wrap((byte)SnmpType.OctetString, dataLength);
        var header = writer.Length;
        writer.WriteInteger(UserSecurityModel);
        writer.WriteElement((byte)SnmpType.OctetString, [(byte)flags]);
        writer.WriteInteger(maximumSize);
        writer.WriteInteger(id);
        writer.Wrap(BerTag.Sequence, header);
        writer.WriteInteger((int)SnmpVersion.V3);
        writer.Wrap(BerTag.Sequence, 0);
    }

    private static V3Flags Flag(ReadOnlySpan<byte> octets)
    {
        if (octets.Length != 1) throw new SnmpDecodeException("msgFlags of the SNMPv3 message is not one octet.");
        var flags = (V3Flags)(octets[0] & 7);
        return flags.HasFlag(V3Flags.Priv) && !flags.HasFlag(V3Flags.Auth)
            ? throw new SnmpDecodeException("msgFlags of the SNMPv3 message asks for privacy without authentication.")
            : flags;
    }

    private static Range Content(ref BerReader reader, byte tag)
    {
        var length = reader.ReadContent(tag).Length;
        return (reader.Position - length)..reader.Position;
    }

    private static Range Whole(ref BerReader reader, int start)
    {
        reader.ReadContent(BerTag.Sequence);
        return start..reader.Position;
    }
}
