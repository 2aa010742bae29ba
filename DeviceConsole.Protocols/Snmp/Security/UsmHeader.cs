using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>Everything of an SNMPv3 message but its PDU.</summary>
internal readonly ref struct UsmHeader
{
    public required int MessageId { get; init; }

    /// <summary>Level and <see cref="V3Flags.Reportable"/>.</summary>
    public required V3Flags Flags { get; init; }

    /// <summary>The authoritative engine.</summary>
    public required ReadOnlySpan<byte> EngineId { get; init; }

    public int Boots { get; init; }

    public int Time { get; init; }

    public ReadOnlySpan<byte> UserName { get; init; }

    /// <summary>Keys of that level: none where the flags have none.</summary>
    public required UsmKeys Keys { get; init; }

    public ReadOnlySpan<byte> ContextEngineId { get; init; }

    public ReadOnlySpan<byte> ContextName { get; init; }
}
