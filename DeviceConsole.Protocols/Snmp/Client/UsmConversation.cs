using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>What an SNMPv3 message came to.</summary>
internal enum UsmVerdict
{
    /// <summary>It is not the answer; why stands in the detail. The wait goes on.</summary>
    Ignore,

    /// <summary>It is the answer.</summary>
    Answer,

    /// <summary>The device refused with a Report.</summary>
    Report,

    /// <summary>Something was learnt that the request has to be sent again with.</summary>
    Again,
}

/// <summary>
/// The security of one request (RFC 3414 §3): discovery of the engine, the message, and what its answer proves. Called under the
/// exchange's lock.
/// </summary>
internal sealed class UsmConversation(SnmpClient client)
{
    private const V3Flags Levels = V3Flags.Auth | V3Flags.Priv;

    private SnmpPeer peer = null!;
    private HostState host = null!;
    private UsmUser user = null!;
    private EngineClock? guess;
    private bool resynchronised;
    private bool rediscovered;

    /// <summary>True where the engine must be found before the request can be sent.</summary>
    public bool IsDiscovering => Engine() is null;

    /// <summary>What a Report said.</summary>
    public SnmpReport Report { get; private set; }

    /// <summary>Why a message was passed over, or what a Report named.</summary>
    public string? Detail { get; private set; }

    /// <summary>Begins a request.</summary>
    public void Start(SnmpPeer to, HostState of)
    {
        (peer, host, user) = (to, of, to.User!);
        guess = null;
        resynchronised = rediscovered = false;
        Report = SnmpReport.Other;
        Detail = null;
    }

    /// <summary>Writes the request, or, where the engine is not known yet, the discovery (RFC 3414 §4).</summary>
    public ReadOnlySpan<byte> Write(Span<byte> buffer, int id, in SnmpRequest request)
    {
        if (Engine() is not { } engine)
        {
            var discovery = new UsmHeader { MessageId = id, Flags = V3Flags.Reportable, EngineId = [], Keys = UsmKeys.None };
            return UsmMessage.Write(buffer, discovery, PduType.GetRequest, id, 0, 0, []);
        }

        var header = new UsmHeader
        {
            MessageId = id,
            Flags = user.Level | V3Flags.Reportable,
            EngineId = engine.Id,
            Boots = engine.Boots,
            Time = engine.TimeAt(client.Time),
            UserName = user.Name,
            Keys = client.Keys.Keys(user, engine.Id),
            ContextEngineId = peer.ContextEngineId is { IsEmpty: false } context ? context.Span : engine.Id,
            ContextName = peer.ContextName.Span,
        };
        return UsmMessage.Write(buffer, header, request.Type, id, request.NonRepeaters, request.MaxRepetitions, request.VarBinds.Span);
    }

    /// <summary>Judges a message with one of our ids.</summary>
    /// <exception cref="SnmpDecodeException">It is no SNMPv3 message.</exception>
    public UsmVerdict Read(byte[] datagram, int id, out Pdu pdu)
    {
        pdu = default;
        if (!UsmMessage.TryRead(datagram, out var message)) return Ignored("a message that is cut short");
        var engine = Engine();
        if (engine is null) return Discovered(message);
        var level = message.Message.Flags & Levels;
        if (!message.Parameters.EngineId.Span.SequenceEqual(engine.Id)) return OtherEngine(message, level);
        if (level == V3Flags.None && user.Level != V3Flags.None) return Unauthenticated(message, engine);
        var keys = client.Keys.Keys(user, engine.Id);
        if (level != V3Flags.None)
        {
            if (!message.Parameters.UserName.Span.SequenceEqual(user.Name)) return Ignored("a message of another user");
            if (!message.Verify(keys)) return Ignored("a message with a wrong authentication code");
        }

        pdu = message.Open(keys).Pdu;
        if (pdu.Type == PduType.Report) return Reported(message, pdu, engine);
        if (level != user.Level) return Ignored("an answer of a lower security level");
        if (level != V3Flags.None && !Keep(message, engine)) return Ignored("an answer from outside the time window");
        if (pdu.Type != PduType.Response || pdu.RequestId != id) return Ignored("a message that answers another request");
        return UsmVerdict.Answer;
    }

    private EngineClock? Engine()
    {
        if (guess is not null) return guess;
        var known = host.Engine;
        if (peer.EngineId.IsEmpty) return known;
        return known is not null && peer.EngineId.Span.SequenceEqual(known.Id) ? known : new EngineClock(peer.EngineId.ToArray(), 0, 0, client.Time.GetTimestamp(), false);
    }

    // Nothing but the engine's ID is taken from here; its boots and time are a guess until an authenticated message confirms them.
    private UsmVerdict Discovered(in UsmMessage message)
    {
        var id = message.Parameters.EngineId;
        if ((message.Message.Flags & Levels) != V3Flags.None || id.IsEmpty || message.Open(UsmKeys.None).Pdu.Type != PduType.Report) return Ignored("an answer to the discovery that names no engine");
        Learn(message);
        return UsmVerdict.Again;
    }

    private UsmVerdict OtherEngine(in UsmMessage message, V3Flags level)
    {
        if (level != V3Flags.None) return Ignored("a message of another engine");
        var pdu = message.Open(UsmKeys.None).Pdu;
        if (pdu.Type != PduType.Report) return Ignored("an unauthenticated answer of another engine");
        if (SnmpReports.Read(pdu) == SnmpReport.UnknownEngineId && peer.EngineId.IsEmpty && !rediscovered && !message.Parameters.EngineId.IsEmpty)
        {
            rediscovered = true;
            Learn(message);
            return UsmVerdict.Again;
        }

        return Reported(pdu);
    }

    // Believed as far as it goes: it can end the request or shift a clock, and never has anything sent with less security.
    private UsmVerdict Unauthenticated(in UsmMessage message, EngineClock engine)
    {
        var pdu = message.Open(UsmKeys.None).Pdu;
        if (pdu.Type != PduType.Report) return Ignored("an answer without the security that was asked for");
        if (SnmpReports.Read(pdu) != SnmpReport.NotInTimeWindow || resynchronised) return Reported(pdu);
        resynchronised = true;
        guess = engine with { Boots = message.Parameters.Boots, Time = message.Parameters.Time, Stamp = client.Time.GetTimestamp(), IsAuthentic = false };
        return UsmVerdict.Again;
    }

    private UsmVerdict Reported(in UsmMessage message, in Pdu pdu, EngineClock engine)
    {
        var authentic = message.Message.Flags.HasFlag(V3Flags.Auth);
        if (SnmpReports.Read(pdu) != SnmpReport.NotInTimeWindow || resynchronised || !authentic) return Reported(pdu);
        resynchronised = true;
        // Fresh by its msgID, so it may also set the clock back: devices forget their boots when they are reset.
        guess = null;
        host.Engine = new EngineClock(engine.Id, message.Parameters.Boots, message.Parameters.Time, client.Time.GetTimestamp(), true);
        return UsmVerdict.Again;
    }

    private UsmVerdict Reported(in Pdu pdu)
    {
        Report = SnmpReports.Read(pdu);
        Detail = pdu.VarBinds.IsEmpty ? "a Report without a counter" : $"Report {pdu.VarBinds.Span[0].Name} = {SnmpText.Render(pdu.VarBinds.Span[0].Value)}";
        return UsmVerdict.Report;
    }

    private bool Keep(in UsmMessage message, EngineClock engine)
    {
        if (!engine.IsTimely(message.Parameters.Boots, message.Parameters.Time, client.Time)) return false;
        guess = null;
        var after = engine.After(message.Parameters.Boots, message.Parameters.Time, client.Time);
        if (!ReferenceEquals(after, engine) || !engine.IsAuthentic) host.Engine = after;
        return true;
    }

    private void Learn(in UsmMessage message)
    {
        var id = message.Parameters.EngineId.ToArray();
        guess = null;
        host.Engine = new EngineClock(id, message.Parameters.Boots, message.Parameters.Time, client.Time.GetTimestamp(), false);
        if (client.Engines.Note(peer.Scope, id, peer.EndPoint) is { } other)
            peer.Watch?.Noted($"Engine ID {Convert.ToHexStringLower(id)} is also that of {other}: two devices must not have the same one. Give one of them a new engine ID.");
    }

    private UsmVerdict Ignored(string why)
    {
        Detail = why;
        return UsmVerdict.Ignore;
    }
}
