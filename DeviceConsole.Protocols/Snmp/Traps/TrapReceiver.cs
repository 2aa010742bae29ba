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
    /// <param name="source">Where it came from.</param>
    /// <param name="devices">The devices that are reached there; not empty.</param>
    public byte[]? Process(byte[] datagram, IPAddress source, IReadOnlyList<TrapSource> devices)
    {
        try
        {
            return Version(datagram) switch
            {
                SnmpVersion.V1 when IsTrapV1(datagram) => TrapV1(datagram, source, devices),
                SnmpVersion.V1 or SnmpVersion.V2c => Community(datagram, source, devices),
                SnmpVersion.V3 => Secure(datagram, source, devices),
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

    private byte[]? TrapV1(byte[] datagram, IPAddress source, IReadOnlyList<TrapSource> devices)
    {
        if (!TrapV1Message.TryRead(datagram, out var trap)) return Malformed();
        if (Owner(devices, trap.Community.Span) is not { } owner) return WrongCommunity(source, devices);
        Deliver(owner, source, TrapContent.Of(trap), "SNMPv1 trap");
        return null;
    }

    private byte[]? Community(byte[] datagram, IPAddress source, IReadOnlyList<TrapSource> devices)
    {
        if (!CommunityMessage.TryRead(datagram, out var message, out _) || message.Pdu.Type is not (PduType.TrapV2 or PduType.InformRequest)) return Malformed();
        if (Owner(devices, message.Community.Span) is not { } owner) return WrongCommunity(source, devices);
        var content = TrapContent.Of(message.Pdu);
        var isInform = message.Pdu.Type == PduType.InformRequest;
        if (!Take(owner, source, message.Pdu, content, isInform ? "SNMPv2c inform" : "SNMPv2c trap") || !isInform) return null;
        var writer = new BerWriter(new byte[Pdu.MaximumSize(message.Pdu.VarBinds.Span) + message.Community.Length + 24]);
        (message with { Pdu = message.Pdu with { Type = PduType.Response, ErrorStatus = 0, ErrorIndex = 0 } }).Write(ref writer);
        return writer.Written.ToArray();
    }

    private byte[]? Secure(byte[] datagram, IPAddress source, IReadOnlyList<TrapSource> devices)
    {
        if (!UsmMessage.TryRead(datagram, out var message)) return Malformed();
        var read = usm.Read(message, devices);
        if (read.Reply is not null && read.Content is null) counters.Add(TrapOutcome.Answered);
        if (read.Refusal is { } refusal) Refuse(source, devices, refusal);
        if (read.Content is not { } scoped) return read.Reply;
        var pdu = scoped.Pdu;
        var content = TrapContent.Of(pdu);
        var isInform = pdu.Type == PduType.InformRequest;
        if (!Take(read.Device!, source, pdu, content, isInform ? "SNMPv3 inform" : "SNMPv3 trap")) return null;
        return isInform ? usm.Acknowledge(message, read.Device!.User!, scoped) : null;
    }

    // False where it could not be taken: then it is not acknowledged, and comes again.
    private bool Take(TrapSource device, IPAddress source, in Pdu pdu, in TrapContent content, string form)
    {
        if (recent.IsRepeated(source, pdu.RequestId, pdu.VarBinds.Span))
        {
            counters.Add(TrapOutcome.Duplicate);
            return true;
        }

        if (!Deliver(device, source, content, form)) return false;
        recent.Remember(source, pdu.RequestId, pdu.VarBinds.Span);
        return true;
    }

    private bool Deliver(TrapSource device, IPAddress source, in TrapContent content, string form)
    {
        var notification = new ReceivedNotification(
            device.TenantId, device.DeviceId, SnmpModuleDescriptor.Id, content.Oid.ToString(), form, SnmpParameters.From(content.VarBinds), source, time.GetUtcNow())
        { UpTime = content.UpTime };
        var taken = desk.TryDeliver(notification);
        counters.Add(taken ? TrapOutcome.Accepted : TrapOutcome.Dropped);
        return taken;
    }

    // Several devices behind one address with the same community: the first of a stable order. Never one of another address.
    private static TrapSource? Owner(IReadOnlyList<TrapSource> devices, ReadOnlySpan<byte> community)
    {
        foreach (var device in devices)
            if (device.Knows(community)) return device;
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

    private static SnmpVersion? Version(byte[] datagram)
    {
        if (!BerReader.TryReadElementLength(datagram, BerTag.Sequence, out var total)) return null;
        return (SnmpVersion)new BerReader(datagram.AsSpan(0, total)).ReadConstructed(BerTag.Sequence).ReadInt32();
    }

    private static bool IsTrapV1(byte[] datagram)
    {
        var body = new BerReader(datagram).ReadConstructed(BerTag.Sequence);
        body.ReadInt32();
        body.ReadContent((byte)SnmpType.OctetString);
        return body.PeekTag() == (byte)PduType.TrapV1;
    }
}
