namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>msgSecurityParameters of the User-based Security Model (RFC 3414 §2.4). The ranges lie in the message's array.</summary>
/// <param name="EngineId">msgAuthoritativeEngineID; empty in a discovery.</param>
/// <param name="Boots">msgAuthoritativeEngineBoots.</param>
/// <param name="Time">msgAuthoritativeEngineTime, in seconds.</param>
/// <param name="UserName">msgUserName.</param>
/// <param name="Authentication">Where msgAuthenticationParameters lie.</param>
/// <param name="Privacy">Where msgPrivacyParameters lie.</param>
public readonly record struct UsmParameters(ReadOnlyMemory<byte> EngineId, int Boots, int Time, ReadOnlyMemory<byte> UserName, Range Authentication, Range Privacy)
{
    /// <summary>The longest engine ID (RFC 3411 §5, SnmpEngineID).</summary>
    public const int MaximumEngineId = 32;

    /// <summary>The longest user name (RFC 3414 §5, usmUserName).</summary>
    public const int MaximumUserName = 32;

    /// <summary>Reads the parameters of a message.</summary>
    /// <exception cref="SnmpDecodeException">They are not as RFC 3414 has them.</exception>
    public static UsmParameters Read(in V3Message message)
    {
        if (message.SecurityModel != V3Message.UserSecurityModel) throw new SnmpDecodeException($"Security model {message.SecurityModel} is not the user-based one.");
        var window = BerReader.Within(message.Source, message.SecurityParameters);
        var body = window.ReadConstructed(BerTag.Sequence);
        window.ExpectEnd();
        var engine = Octets(ref body);
        var boots = body.ReadInt32();
        var time = body.ReadInt32();
        var user = Octets(ref body);
        var authentication = Octets(ref body);
        var privacy = Octets(ref body);
        body.ExpectEnd();
        if (Length(engine) > MaximumEngineId) throw new SnmpDecodeException("An engine ID is longer than 32 octets.");
        if (Length(user) > MaximumUserName) throw new SnmpDecodeException("A user name is longer than 32 octets.");
        if (boots < 0 || time < 0) throw new SnmpDecodeException("Boots or time of an engine is negative.");
        return new UsmParameters(message.Source.AsMemory(engine), boots, time, message.Source.AsMemory(user), authentication, privacy);
    }

    /// <summary>
    /// Writes the parameters with zeros for the authentication; returns how many bytes before the message's end these zeros begin.
    /// </summary>
    public static int Write(
        ref BerWriter writer, scoped ReadOnlySpan<byte> engineId, int boots, int time, scoped ReadOnlySpan<byte> userName, int authenticationLength, scoped ReadOnlySpan<byte> privacy)
    {
        var start = writer.Length;
        writer.WriteElement((byte)SnmpType.OctetString, privacy);
        Span<byte> zeros = stackalloc byte[authenticationLength];
        zeros.Clear();
        var behind = writer.Length + authenticationLength;
        writer.WriteElement((byte)SnmpType.OctetString, zeros);
        writer.WriteElement((byte)SnmpType.OctetString, userName);
        writer.WriteInteger(time);
        writer.WriteInteger(boots);
        writer.WriteElement((byte)SnmpType.OctetString, engineId);
        writer.Wrap(BerTag.Sequence, start);
        return behind;
    }

    private static int Length(Range range) => range.End.Value - range.Start.Value;

    private static Range Octets(ref BerReader reader)
    {
        var length = reader.ReadContent((byte)SnmpType.OctetString).Length;
        return (reader.Position - length)..reader.Position;
    }
}
