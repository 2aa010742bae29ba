using System.Net;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>
/// Whom a forwarder says that a notification came from: snmpTrapAddress (RFC 3584 §3.1 and §4.2.2.1, SNMP-COMMUNITY-MIB), else agent-addr of SNMPv1. Anybody can write
/// that into a datagram; only of forwarders that are trusted it counts. Of SNMPv3 the sender's engine tells it.
/// </summary>
internal static class TrapOrigin
{
    /// <summary>snmpTrapAddress.0.</summary>
    public static ObjectIdentifier AddressName { get; } = ObjectIdentifier.Parse("1.3.6.1.6.3.18.1.3.0");

    /// <summary>snmpTrapCommunity.0: the community that the device itself sent, a secret.</summary>
    public static ObjectIdentifier CommunityName { get; } = ObjectIdentifier.Parse("1.3.6.1.6.3.18.1.4.0");

    /// <summary>The address, or null where the message names none.</summary>
    public static IPAddress? Of(byte[] message)
    {
        try
        {
            switch (TrapMessages.Version(message))
            {
                case SnmpVersion.V1 when TrapMessages.IsTrapV1(message):
                    return TrapV1Message.TryRead(message, out var trap) ? Address(trap.VarBinds) ?? Address(trap.AgentAddress.Span) : null;
                case SnmpVersion.V2c:
                    return CommunityMessage.TryRead(message, out var notification, out _) ? Address(notification.Pdu.VarBinds) : null;
                default:
                    return null;
            }
        }
        catch (SnmpDecodeException)
        {
            // Counted where the message is read in earnest.
            return null;
        }
    }

    /// <summary>
    /// The engine that a trap of SNMPv3 names, as lower-case hex digits; null for all else. It is not encrypted (RFC 3414 §2.4); whose it is, the authentication proves. An
    /// inform names the receiver's engine instead.
    /// </summary>
    public static string? EngineOf(byte[] message)
    {
        try
        {
            return TrapMessages.Version(message) == SnmpVersion.V3 && UsmMessage.TryRead(message, out var secure) && !secure.Message.Flags.HasFlag(V3Flags.Reportable) && !secure.Parameters.EngineId.IsEmpty
                ? Convert.ToHexStringLower(secure.Parameters.EngineId.Span)
                : null;
        }
        catch (SnmpDecodeException)
        {
            // Counted where the message is read in earnest.
            return null;
        }
    }

    /// <summary>The community that the device itself sent, as a forwarder repeats it; empty where it does not.</summary>
    public static ReadOnlySpan<byte> Community(ReadOnlySpan<VarBind> varBinds)
    {
        foreach (ref readonly var varBind in varBinds)
            if (varBind.Name == CommunityName && varBind.Value.Type == SnmpType.OctetString) return varBind.Value.Encoded;
        return [];
    }

    private static IPAddress? Address(ReadOnlyMemory<VarBind> varBinds)
    {
        foreach (ref readonly var varBind in varBinds.Span)
            if (varBind.Name == AddressName && varBind.Value.Type == SnmpType.IpAddress) return Address(varBind.Value.Encoded);
        return null;
    }

    private static IPAddress? Address(ReadOnlySpan<byte> octets) => octets.Length == 4 && octets.ContainsAnyExcept((byte)0) ? new IPAddress(octets) : null;
}
