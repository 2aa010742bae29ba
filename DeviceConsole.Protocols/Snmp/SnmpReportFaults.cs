using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Security;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>What an SNMPv3 agent refuses with a Report, in words that an operator can act on; one code for each counter.</summary>
internal static class SnmpReportFaults
{
    public static ProtocolFault From(SnmpPeer peer, SnmpReply reply)
    {
        var user = peer.User!.NameText;
        var (faultClass, code, message) = reply.Report switch
        {
            SnmpReport.UnknownUserName => (FaultClass.Credentials, "unknown-user",
                $"The device at {peer} does not know the SNMPv3 user \"{user}\". Check its spelling, and that the user exists on the device."),
            SnmpReport.WrongDigest => (FaultClass.Credentials, "wrong-digest",
                $"The device at {peer} does not accept the authentication of the user \"{user}\": the authentication password or protocol is another one there."),
            SnmpReport.DecryptionError => (FaultClass.Credentials, "decryption-error",
                $"The device at {peer} cannot decrypt what the user \"{user}\" sends: the privacy password or protocol is another one there."),
            SnmpReport.UnsupportedSecurityLevel => (FaultClass.Credentials, "unsupported-level",
                $"The user \"{user}\" may not use this security level on the device at {peer}. Choose authentication and privacy as the user has them there."),
            SnmpReport.UnknownEngineId => (FaultClass.Refused, "unknown-engine",
                $"The device at {peer} is not the SNMPv3 engine that was asked. Clear the engine ID in the device's connection settings to have it discovered."),
            SnmpReport.NotInTimeWindow => (FaultClass.Refused, "not-in-time-window",
                $"The device at {peer} finds the message outside its time window, also after the clocks were synchronised. Restart the SNMP agent of the device; its count of boots or its clock is broken."),
            SnmpReport.UnavailableContext or SnmpReport.UnknownContext => (FaultClass.Refused, "unknown-context",
                $"The device at {peer} has no such SNMPv3 context. Check the context and the context engine ID in the device's connection settings."),
            SnmpReport.UnknownPduHandler => (FaultClass.Refused, "unknown-handler",
                $"The device at {peer} does not serve this context engine ID. Clear it in the device's connection settings, unless the device is a proxy."),
            SnmpReport.UnknownSecurityModel or SnmpReport.InvalidMessage => (FaultClass.Refused, "message-refused",
                $"The device at {peer} refuses the SNMPv3 message as invalid. Check that it supports the User-based Security Model, and its firmware."),
            _ => (FaultClass.Refused, "report", $"The device at {peer} refused the SNMPv3 message with a report that SNMP does not define. Look at the device's own log."),
        };
        return new ProtocolFault(faultClass, "snmp." + code, message, reply.Detail);
    }
}
