using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>What a Report-PDU says: the counter that it names (RFC 3412 §5, RFC 3413 §4.1.2, RFC 3414 §5).</summary>
public enum SnmpReport
{
    /// <summary>A counter that is none of these.</summary>
    Other,

    /// <summary>usmStatsUnsupportedSecLevels.</summary>
    UnsupportedSecurityLevel,

    /// <summary>usmStatsNotInTimeWindows.</summary>
    NotInTimeWindow,

    /// <summary>usmStatsUnknownUserNames.</summary>
    UnknownUserName,

    /// <summary>usmStatsUnknownEngineIDs.</summary>
    UnknownEngineId,

    /// <summary>usmStatsWrongDigests.</summary>
    WrongDigest,

    /// <summary>usmStatsDecryptionErrors.</summary>
    DecryptionError,

    /// <summary>snmpUnknownSecurityModels.</summary>
    UnknownSecurityModel,

    /// <summary>snmpInvalidMsgs.</summary>
    InvalidMessage,

    /// <summary>snmpUnknownPDUHandlers.</summary>
    UnknownPduHandler,

    /// <summary>snmpUnavailableContexts.</summary>
    UnavailableContext,

    /// <summary>snmpUnknownContexts.</summary>
    UnknownContext,
}

/// <summary>The counters' names.</summary>
internal static class SnmpReports
{
    private static readonly Dictionary<ObjectIdentifier, SnmpReport> Counters = new()
    {
        [ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.1.0")] = SnmpReport.UnsupportedSecurityLevel,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.2.0")] = SnmpReport.NotInTimeWindow,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.3.0")] = SnmpReport.UnknownUserName,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.4.0")] = SnmpReport.UnknownEngineId,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.5.0")] = SnmpReport.WrongDigest,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.6.0")] = SnmpReport.DecryptionError,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.11.2.1.1.0")] = SnmpReport.UnknownSecurityModel,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.11.2.1.2.0")] = SnmpReport.InvalidMessage,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.11.2.1.3.0")] = SnmpReport.UnknownPduHandler,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.12.1.4.0")] = SnmpReport.UnavailableContext,
        [ObjectIdentifier.Parse("1.3.6.1.6.3.12.1.5.0")] = SnmpReport.UnknownContext,
    };

    /// <summary>The name of a counter's instance; null for <see cref="SnmpReport.Other"/>.</summary>
    public static ObjectIdentifier? NameOf(SnmpReport report) => report == SnmpReport.Other ? null : Counters.First(c => c.Value == report).Key;

    /// <summary>What the Report says.</summary>
    public static SnmpReport Read(in Pdu pdu) =>
        pdu.VarBinds.IsEmpty ? SnmpReport.Other : Counters.GetValueOrDefault(pdu.VarBinds.Span[0].Name, SnmpReport.Other);
}
