using System.Net;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>What a notification says, in the form of SNMPv2.</summary>
/// <param name="Oid">snmpTrapOID.</param>
/// <param name="UpTime">sysUpTime.</param>
/// <param name="VarBinds">The variables behind these two.</param>
internal readonly record struct TrapContent(ObjectIdentifier Oid, TimeSpan? UpTime, ReadOnlyMemory<VarBind> VarBinds)
{
    private const int EnterpriseSpecific = 6;

    private static readonly ObjectIdentifier SysUpTime = ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0");
    private static readonly ObjectIdentifier TrapOid = ObjectIdentifier.Parse("1.3.6.1.6.3.1.1.4.1.0");
    private static readonly ObjectIdentifier TrapEnterprise = ObjectIdentifier.Parse("1.3.6.1.6.3.1.1.4.3.0");
    private static readonly ObjectIdentifier Standard = ObjectIdentifier.Parse("1.3.6.1.6.3.1.1.5");

    /// <summary>Of an SNMPv2-Trap-PDU or InformRequest-PDU (RFC 3416 §4.2.6); agents that change the order are understood. A community that a
    /// forwarder repeats is left out: it is a secret.</summary>
    /// <exception cref="SnmpDecodeException">It does not name what it notifies of.</exception>
    public static TrapContent Of(in Pdu pdu)
    {
        ObjectIdentifier? oid = null;
        TimeSpan? upTime = null;
        var rest = new List<VarBind>(pdu.VarBinds.Length);
        foreach (var varBind in pdu.VarBinds.Span)
        {
            if (oid is null && varBind.Name == TrapOid && varBind.Value.Type == SnmpType.ObjectIdentifier) oid = varBind.Value.ToIdentifier();
            else if (upTime is null && varBind.Name == SysUpTime && varBind.Value.Type == SnmpType.TimeTicks) upTime = Ticks((uint)varBind.Value.ToInt64());
            else if (varBind.Name != TrapOrigin.CommunityName) rest.Add(varBind);
        }

        return new TrapContent(oid ?? throw new SnmpDecodeException("The notification has no snmpTrapOID."), upTime, rest.ToArray());
    }

    /// <summary>Of an SNMPv1 trap, by RFC 3584 §3.1. The community stays where it is.</summary>
    public static TrapContent Of(in TrapV1Message trap)
    {
        var oid = trap.Generic == EnterpriseSpecific ? trap.Enterprise.Append(0, (uint)trap.Specific) : Standard.Append((uint)trap.Generic + 1);
        var varBinds = trap.VarBinds.ToArray().Where(v => v.Name != TrapOrigin.CommunityName).ToList();
        if (trap.AgentAddress.Length == 4 && varBinds.TrueForAll(v => v.Name != TrapOrigin.AddressName)) varBinds.Add(new VarBind(TrapOrigin.AddressName, SnmpValue.Address(new IPAddress(trap.AgentAddress.Span))));
        if (varBinds.TrueForAll(v => v.Name != TrapEnterprise)) varBinds.Add(new VarBind(TrapEnterprise, SnmpValue.Identifier(trap.Enterprise)));
        return new TrapContent(oid, Ticks(trap.TimeStamp), varBinds.ToArray());
    }

    private static TimeSpan Ticks(uint hundredths) => TimeSpan.FromMilliseconds(hundredths * 10.0);
}
