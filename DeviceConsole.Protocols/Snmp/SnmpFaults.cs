using System.Globalization;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>Failures of SNMP in words that an operator can act on; one code for each error-status (RFC 3416 §3).</summary>
internal static class SnmpFaults
{
    public static ProtocolFault From(SnmpPeer peer, SnmpReply reply, ReadOnlyMemory<VarBind> asked) => reply.Status switch
    {
        SnmpReplyStatus.TimedOut => TimedOut(peer, reply),
        SnmpReplyStatus.Unreachable => Unreachable(peer, reply),
        SnmpReplyStatus.Garbage => new ProtocolFault(
            FaultClass.Garbage,
            "snmp.garbage",
            $"The device at {peer} answered, but not with a valid SNMP response. Check that SNMP really listens on this port, and the device's firmware.",
            reply.Detail),
        SnmpReplyStatus.Report => SnmpReportFaults.From(peer, reply),
        _ => Refused(peer, reply, asked),
    };

    private static ProtocolFault TimedOut(SnmpPeer peer, SnmpReply reply)
    {
        var silent = string.Create(CultureInfo.InvariantCulture, $"The device at {peer} did not answer in {reply.Elapsed.TotalSeconds:0.#} s.");
        var advice = peer.User is null
            ? $"Check that it is on, the community, the address and port, and a firewall between: an SNMP {Name(peer.Version)} agent stays silent when the community is wrong."
            : "Check that it is on, the address and port, and a firewall between"
                + (peer.User.Priv == PrivProtocol.None ? "." : ", then the privacy protocol and password: many agents stay silent when these are wrong, also when AES-192 or AES-256 is of the other form.");
        return new ProtocolFault(FaultClass.Timeout, "snmp.timeout", $"{silent} {advice}", reply.Detail ?? $"{reply.Attempts} tries");
    }

    private static ProtocolFault Unreachable(SnmpPeer peer, SnmpReply reply) => reply.Detail switch
    {
        "ConnectionRefused" => new(
            FaultClass.Unreachable,
            "snmp.port-closed",
            $"The host {peer.EndPoint.Address} is there, but nothing listens on {Transport(peer)} port {peer.EndPoint.Port}. Check the port, and that the SNMP agent is switched on.",
            peer.Transport == SnmpTransport.Tcp ? "connection refused" : "ICMP port unreachable"),
        "ConnectionReset" or "ConnectionAborted" => new(
            FaultClass.Unreachable,
            "snmp.connection-lost",
            $"The device at {peer} closed the TCP connection before it answered. Check that its agent serves SNMP over TCP, and its list of allowed managers.",
            reply.Detail),
        "AccessDenied" => new(
            FaultClass.Unreachable,
            "snmp.blocked",
            $"The network refused the way to {peer}. Check the firewall of this installation and those on the way.",
            reply.Detail),
        _ => new(
            FaultClass.Unreachable,
            "snmp.unreachable",
            $"There is no way to {peer} from here. Check the address, the device's connection and the routing.",
            reply.Detail),
    };

    private static ProtocolFault Refused(SnmpPeer peer, SnmpReply reply, ReadOnlyMemory<VarBind> asked)
    {
        var at = reply.ErrorIndex > 0 && reply.ErrorIndex <= asked.Length ? asked.Span[reply.ErrorIndex - 1].Name.ToString() : null;
        var it = at ?? "the object";
        var (faultClass, code, message) = reply.ErrorStatus switch
        {
            SnmpErrorStatus.TooBig => (FaultClass.Refused, "too-big", "The answer does not fit into one message of the device. Ask for fewer values at once."),
            SnmpErrorStatus.NoSuchName => (FaultClass.Refused, "no-such-name", $"The device has no {it}, or does not let it be written. Check the OID and its instance number."),
            SnmpErrorStatus.BadValue => (FaultClass.Refused, "bad-value", $"The device does not accept this value for {it}. Check its type, length and range."),
            SnmpErrorStatus.ReadOnly => (FaultClass.Refused, "read-only", $"The device says that {it} can only be read."),
            SnmpErrorStatus.GenErr => (FaultClass.Refused, "general-error", $"The device failed on {it} and gives no reason. Try it alone, and look at the device's own log."),
            SnmpErrorStatus.NoAccess => (FaultClass.Refused, "no-access", $"{Who(peer)} does not have this access to {it}. Check {Right(peer)} and the device's SNMP view."),
            SnmpErrorStatus.WrongType => (FaultClass.Refused, "wrong-type", $"The device expects another type for {it}. Choose the type that its MIB names."),
            SnmpErrorStatus.WrongLength => (FaultClass.Refused, "wrong-length", $"The value for {it} is too short or too long."),
            SnmpErrorStatus.WrongEncoding => (FaultClass.Refused, "wrong-encoding", $"The device could not read the value for {it}."),
            SnmpErrorStatus.WrongValue => (FaultClass.Refused, "wrong-value", $"The value for {it} is outside of what the device allows."),
            SnmpErrorStatus.NoCreation => (FaultClass.Refused, "no-creation", $"The device does not have {it}, and it cannot be created. Check the OID and its instance number."),
            SnmpErrorStatus.InconsistentValue => (FaultClass.Refused, "inconsistent-value", $"The value for {it} does not fit the device's other settings now."),
            SnmpErrorStatus.ResourceUnavailable => (FaultClass.Busy, "resource-unavailable", $"The device lacks the memory or another resource to set {it} now. Try again later."),
            SnmpErrorStatus.CommitFailed => (FaultClass.Refused, "commit-failed", "The device could not apply the values; nothing was changed."),
            SnmpErrorStatus.UndoFailed => (FaultClass.Refused, "undo-failed", "The device could not apply all of the values, nor take back the others. Read them again to see what it kept."),
            SnmpErrorStatus.AuthorizationError => (FaultClass.Credentials, "authorization-error", peer.User is null ? "The device did not accept the community for this. Check the read and the write community." : $"The user \"{peer.User}\" is not authorised for this on the device. Check its group and view there."),
            SnmpErrorStatus.NotWritable => (FaultClass.Refused, "not-writable", $"The device says that {it} cannot be written. Check {Right(peer)}, and the OID."),
            SnmpErrorStatus.InconsistentName => (FaultClass.Refused, "inconsistent-name", $"{it} cannot be created while the device's other settings are as they are."),
            _ => (FaultClass.Refused, "unknown-error", $"The device answered with error-status {(int)reply.ErrorStatus}, which SNMP does not define."),
        };
        var detail = $"error-status {(int)reply.ErrorStatus}, error-index {reply.ErrorIndex}" + (at is null ? "" : $", {at}");
        return new ProtocolFault(faultClass, "snmp." + code, message, detail);
    }

    private static string Transport(SnmpPeer peer) => peer.Transport == SnmpTransport.Tcp ? "TCP" : "UDP";

    private static string Who(SnmpPeer peer) => peer.User is null ? "The community" : $"The user \"{peer.User}\"";

    private static string Right(SnmpPeer peer) => peer.User is null ? "that the write community may write" : "that the user may write";

    private static string Name(SnmpVersion version) => version == SnmpVersion.V1 ? "v1" : "v2c";
}
