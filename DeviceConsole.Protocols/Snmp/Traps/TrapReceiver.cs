using System.Net;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>
/// From a datagram to an event of a device: what it says (v1, v2c, v3), whose it is by its source and that device's credentials, and what its
/// sender is answered. Only a device that is known at the source is ever answered. Knows no socket; called by one thread at a time.
/// </summary>
internal sealed class TrapReceiver(INotificationDesk desk, ReceiverIdentity identity, TrapCounters counters, TimeProvider time)
{
    private const string Transport = "SNMP notification";

    private readonly RecentNotifications recent = new(time);
    private readonly UsmNotifications usm = new(identity, time);

    /// <summary>Judges a datagram; what the sender is to be answered, or null.</summary>
    /// <param name="datagram">An array that belongs to this call.</param>
    /// <param name="source">Whose it is: where it came from, or whom a trusted forwarder names.</param>
    /// <param name="devices">The devices that are reached there; not empty.</param>
    /// <param name="forwarder">The trusted forwarder; null where it came straight.</param>
    public byte[]? Process(byte[] datagram, IPAddress source, IReadOnlyList<TrapSource> devices, IPAddress? forwarder = null)
    {
        try
        {
            return TrapMessages.Version(datagram) switch
            {
                SnmpVersion.V1 when TrapMessages.IsTrapV1(datagram) => TrapV1(datagram, new Origin(source, forwarder), devices),
                SnmpVersion.V1 or SnmpVersion.V2c => Community(datagram, new Origin(source, forwarder), devices),
                SnmpVersion.V3 => Secure(datagram, new Origin(source, forwarder), devices),
                _ => Malformed(),
            };
        }
        catch (SnmpDecodeException)
        {
            return Malformed();
        }
    }

    /// <summary>A datagram of a source that no device is reached at.</summary>
    public void Unknown(IPAddress source)
    {
        counters.Add(TrapOutcome.Unknown);
        desk.Refuse(null, Call(source), "A trap or inform came from an address of no device. Add the device with this address as its host; then its traps are its events.");
    }

    /// <summary>A trap that a forwarder brought, of an SNMPv3 engine that no device has.</summary>
    public void UnknownEngine(IPAddress forwarder, string engine)
    {
        counters.Add(TrapOutcome.Unknown);
        desk.Refuse(null, Call(forwarder), $"A forwarder brought an SNMPv3 trap of the engine {engine}, which is no device's. Enter it as Engine ID in the connection settings of the device, whose user needs authentication.");
    }

    private byte[]? TrapV1(byte[] datagram, Origin source, IReadOnlyList<TrapSource> devices)
    {
        if (!TrapV1Message.TryRead(datagram, out var trap)) return Malformed();
        if (Owner(devices, trap.Community.Span, source, trap.VarBinds.Span) is not { } owner) return WrongCommunity(source.Address, devices);
        Deliver(owner, source, TrapContent.Of(trap), "SNMPv1 trap");
        return null;
    }

    private byte[]? Community(byte[] datagram, Origin source, IReadOnlyList<TrapSource> devices)
    {
        if (!CommunityMessage.TryRead(datagram, out var message, out _) || message.Pdu.Type is not (PduType.TrapV2 or PduType.InformRequest)) return Malformed();
        if (Owner(devices, message.Community.Span, source, message.Pdu.VarBinds.Span) is not { } owner) return WrongCommunity(source.Address, devices);
        var content = TrapContent.Of(message.Pdu);
        var isInform = message.Pdu.Type == PduType.InformRequest;
        if (!Take(owner, source, message.Pdu, content, isInform ? "SNMPv2c inform" : "SNMPv2c trap") || !isInform) return null;
        var writer = new BerWriter(new byte[Pdu.MaximumSize(message.Pdu.VarBinds.Span) + message.Community.Length + 24]);
        (message with { Pdu = message.Pdu with { Type = PduType.Response, ErrorStatus = 0, ErrorIndex = 0 } }).Write(ref writer);
        return writer.Written.ToArray();
    }

    private byte[]? Secure(byte[] datagram, Origin source, IReadOnlyList<TrapSource> devices)
    {
        if (!UsmMessage.TryRead(datagram, out var message)) return Malformed();
        var read = usm.Read(message, devices);
        if (read.Reply is not null && read.Content is null) counters.Add(TrapOutcome.Answered);
        if (read.Refusal is { } refusal) Refuse(source.Address, devices, refusal);
        if (read.Content is not { } scoped) return read.Reply;
        var pdu = scoped.Pdu;
        var content = TrapContent.Of(pdu);
        var isInform = pdu.Type == PduType.InformRequest;
        if (!Take(read.Device!, source, pdu, content, isInform ? "SNMPv3 inform" : "SNMPv3 trap")) return null;
        return isInform ? usm.Acknowledge(message, read.Device!.User!, scoped) : null;
    }

    // False where it could not be taken: then it is not acknowledged, and comes again.
    private bool Take(TrapSource device, Origin source, in Pdu pdu, in TrapContent content, string form)
    {
        if (recent.IsRepeated(device.DeviceId, pdu.RequestId, pdu.VarBinds.Span))
        {
            counters.Add(TrapOutcome.Duplicate);
            return true;
        }

        if (!Deliver(device, source, content, form)) return false;
        recent.Remember(device.DeviceId, pdu.RequestId, pdu.VarBinds.Span);
        return true;
    }

    private bool Deliver(TrapSource device, Origin source, in TrapContent content, string form)
    {
        var notification = new ReceivedNotification(
            device.TenantId, device.DeviceId, SnmpModuleDescriptor.Id, content.Oid.ToString(), source.Forwarder is { } forwarder ? $"{form}, forwarded by {forwarder}" : form, SnmpParameters.From(content.VarBinds), source.Address,
            time.GetUtcNow())
        { UpTime = content.UpTime };
        var taken = desk.TryDeliver(notification);
        counters.Add(taken ? TrapOutcome.Accepted : TrapOutcome.Dropped);
        return taken;
    }

    // Several devices behind one address with the same community: the first of a stable order. Never one of another address. A forwarder may have a community
    // of its own, and repeat the device's in snmpTrapCommunity.
    private static TrapSource? Owner(IReadOnlyList<TrapSource> devices, ReadOnlySpan<byte> community, Origin source, ReadOnlySpan<VarBind> varBinds)
    {
        var repeated = source.Forwarder is null ? [] : TrapOrigin.Community(varBinds);
        foreach (var device in devices)
            if (device.Knows(community) || (!repeated.IsEmpty && device.Knows(repeated))) return device;
        return null;
    }

    private byte[]? WrongCommunity(IPAddress source, IReadOnlyList<TrapSource> devices)
    {
        Refuse(source, devices, "The community of a trap or inform is none of this device's. Enter it as the device's trap community, or correct it on the device.");
        return null;
    }

    private void Refuse(IPAddress source, IReadOnlyList<TrapSource> devices, string reason)
    {
        counters.Add(TrapOutcome.Refused);
        foreach (var tenant in devices.Select(d => d.TenantId).Distinct()) desk.Refuse(tenant, Call(source), reason);
    }

    private byte[]? Malformed()
    {
        counters.Add(TrapOutcome.Malformed);
        return null;
    }

    private static DeviceCall Call(IPAddress source) => new(SnmpModuleDescriptor.Id, null, source.ToString()) { Remote = source, Transport = Transport };

    private readonly record struct Origin(IPAddress Address, IPAddress? Forwarder);
}
