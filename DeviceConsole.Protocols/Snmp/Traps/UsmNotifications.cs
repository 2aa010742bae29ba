using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>What an SNMPv3 notification came to.</summary>
/// <param name="Content">The scoped PDU of a proved sender, or null.</param>
/// <param name="Device">Its device.</param>
/// <param name="Reply">A Report to send back, or null.</param>
/// <param name="Refusal">Why it is refused, in a sentence; null where it is not.</param>
internal readonly record struct UsmNotification(ScopedPdu? Content, TrapSource? Device, byte[]? Reply, string? Refusal);

/// <summary>
/// The security of SNMPv3 notifications (RFC 3414 §3.2): the sender's engine is authoritative for a trap, the receiver's for an inform.
/// </summary>
internal sealed class UsmNotifications(ReceiverIdentity identity, TimeProvider time)
{
    private const V3Flags Levels = V3Flags.Auth | V3Flags.Priv;
    private const int Engines = 50_000;

    private readonly UsmKeyCache keys = new();
    private readonly Dictionary<(Guid Device, string Engine), EngineClock> clocks = [];
    private uint reports;

    /// <summary>Judges a message of one of these devices.</summary>
    /// <exception cref="SnmpDecodeException">What it holds is no notification.</exception>
    public UsmNotification Read(in UsmMessage message, IReadOnlyList<TrapSource> devices)
    {
        var isInform = message.Message.Flags.HasFlag(V3Flags.Reportable);
        var isOurs = message.Parameters.EngineId.Span.SequenceEqual(identity.Id);
        // Only who is known here learns who this is; that is how an inform begins.
        if (isInform && !isOurs) return new UsmNotification(null, null, devices.Any(d => d.User is not null) ? Report(message, SnmpReport.UnknownEngineId, UsmKeys.None) : null, null);
        if (message.Parameters.EngineId.IsEmpty) return Refused("A trap named no SNMPv3 engine. Look for a newer firmware of the device.");
        var name = message.Parameters.UserName;
        var candidates = devices.Where(d => d.User is not null && name.Span.SequenceEqual(d.User.Name)).ToList();
        if (candidates.Count == 0)
        {
            return new UsmNotification(null, null, isInform ? Report(message, SnmpReport.UnknownUserName, UsmKeys.None) : null,
                "A trap or inform came with an SNMPv3 user that is not this device's. Enter the user in the device's connection settings, or correct it on the device.");
        }

        var level = message.Message.Flags & Levels;
        foreach (var device in candidates)
        {
            if (device.User!.Auth == AuthProtocol.None && level == V3Flags.None) return new UsmNotification(Opened(message, UsmKeys.None), device, null, null);
            if (level.HasFlag(V3Flags.Auth) && message.Verify(keys.AuthOnly(device.User, message.Parameters.EngineId.Span))) return Proved(message, device, isInform);
        }

        return level == V3Flags.None
            ? Refused("A trap or inform came without the authentication that this device's SNMPv3 user has. Have the device send with authentication.")
            : new UsmNotification(null, null, isInform ? Report(message, SnmpReport.WrongDigest, UsmKeys.None) : null,
                "The authentication of a trap or inform is wrong. Compare the SNMPv3 user's authentication protocol and password here with those on the device.");
    }

    /// <summary>The response to an inform: the same variables, with the same security and context.</summary>
    public byte[] Acknowledge(in UsmMessage message, UsmUser user, in ScopedPdu inform)
    {
        var flags = message.Message.Flags & Levels;
        var key = flags == V3Flags.None ? UsmKeys.None : flags.HasFlag(V3Flags.Priv) ? keys.Keys(user, identity.Id) : keys.AuthOnly(user, identity.Id);
        return Write(message, flags, key, new ScopedPdu(inform.ContextEngineId, inform.ContextName, new Pdu(PduType.Response, inform.Pdu.RequestId, 0, 0, inform.Pdu.VarBinds)), user.Name);
    }

    private UsmNotification Proved(in UsmMessage message, TrapSource device, bool isInform)
    {
        var (boots, seconds) = (message.Parameters.Boots, message.Parameters.Time);
        if (isInform)
        {
            if (boots != identity.Boots || Math.Abs((long)seconds - identity.Time) > EngineClock.Window)
                return new UsmNotification(null, null, Report(message, SnmpReport.NotInTimeWindow, keys.AuthOnly(device.User!, identity.Id)), null);
        }
        else if (!IsTimely(device, message, boots, seconds))
        {
            return Refused("A trap came from outside the time window: it was recorded and sent again, or the device's count of boots went back. Restart the device's agent if it is honest.");
        }

        if (message.Message.IsEncrypted && device.User!.Priv == PrivProtocol.None)
            return Refused("A trap or inform came encrypted, but this device's SNMPv3 user has no privacy here. Enter its privacy protocol and password.");
        try
        {
            return new UsmNotification(Opened(message, message.Message.IsEncrypted ? keys.Keys(device.User!, message.Parameters.EngineId.Span) : UsmKeys.None), device, null, null);
        }
        catch (SnmpDecodeException) when (message.Message.IsEncrypted)
        {
            return Refused("A trap or inform cannot be decrypted. Compare the SNMPv3 user's privacy protocol and password here with those on the device.");
        }
    }

    private bool IsTimely(TrapSource device, in UsmMessage message, int boots, int seconds)
    {
        var key = (device.DeviceId, Convert.ToHexString(message.Parameters.EngineId.Span));
        if (clocks.TryGetValue(key, out var clock))
        {
            if (!clock.IsTimely(boots, seconds, time)) return false;
            clocks[key] = clock.After(boots, seconds, time);
            return true;
        }

        if (clocks.Count >= Engines) clocks.Clear();
        clocks[key] = new EngineClock(message.Parameters.EngineId.ToArray(), boots, seconds, time.GetTimestamp(), true);
        return true;
    }

    private static ScopedPdu Opened(in UsmMessage message, UsmKeys key)
    {
        var scoped = message.Open(key);
        return scoped.Pdu.Type is PduType.TrapV2 or PduType.InformRequest ? scoped : throw new SnmpDecodeException($"A PDU of type {scoped.Pdu.Type} is no notification.");
    }

    private byte[] Report(in UsmMessage message, SnmpReport report, UsmKeys key)
    {
        VarBind[] counter = [new(SnmpReports.NameOf(report)!.Value, SnmpValue.Unsigned32(SnmpType.Counter32, unchecked(++reports)))];
        return Write(message, key.Auth == AuthProtocol.None ? V3Flags.None : V3Flags.Auth, key, new ScopedPdu(identity.Id, default, new Pdu(PduType.Report, 0, 0, 0, counter)), message.Parameters.UserName.Span);
    }

    private byte[] Write(in UsmMessage message, V3Flags flags, UsmKeys key, in ScopedPdu scoped, ReadOnlySpan<byte> user)
    {
        var header = new UsmHeader
        {
            MessageId = message.Message.MessageId, Flags = flags, EngineId = identity.Id, Boots = identity.Boots, Time = identity.Time,
            UserName = user, Keys = key, ContextEngineId = scoped.ContextEngineId.Span, ContextName = scoped.ContextName.Span,
        };
        var pdu = scoped.Pdu;
        var buffer = new byte[Pdu.MaximumSize(pdu.VarBinds.Span) + UsmMessage.Overhead + scoped.ContextEngineId.Length + scoped.ContextName.Length];
        return UsmMessage.Write(buffer, header, pdu.Type, pdu.RequestId, 0, 0, pdu.VarBinds.Span).ToArray();
    }

    private static UsmNotification Refused(string why) => new(null, null, null, why);
}
