using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>How a request ended.</summary>
public enum SnmpReplyStatus
{
    /// <summary>The device answered; its error-status may still be an error.</summary>
    Answered,

    /// <summary>No answer to any try.</summary>
    TimedOut,

    /// <summary>The network said that nobody is there (ICMP), or had no way there.</summary>
    Unreachable,

    /// <summary>The device answered, but with nothing that is a response to the request.</summary>
    Garbage,

    /// <summary>The device refused an SNMPv3 message; <see cref="SnmpReply.Report"/> says why.</summary>
    Report,
}

/// <summary>
/// What a request came to. Failures are values; only cancellation and defects throw.
/// </summary>
public sealed record SnmpReply
{
    /// <summary>How it ended.</summary>
    public required SnmpReplyStatus Status { get; init; }

    /// <summary>The device's error-status; meaningful where <see cref="Status"/> is <see cref="SnmpReplyStatus.Answered"/>.</summary>
    public SnmpErrorStatus ErrorStatus { get; init; }

    /// <summary>Which variable the error is about, 1-based; 0 for none.</summary>
    public int ErrorIndex { get; init; }

    /// <summary>Why the device refused; meaningful where <see cref="Status"/> is <see cref="SnmpReplyStatus.Report"/>.</summary>
    public SnmpReport Report { get; init; }

    /// <summary>The variables that the device sent.</summary>
    public ReadOnlyMemory<VarBind> VarBinds { get; init; }

    /// <summary>What an expert wants to know beside the status.</summary>
    public string? Detail { get; init; }

    /// <summary>Tries that were sent.</summary>
    public int Attempts { get; init; }

    /// <summary>From the first send, or from the wait in line where nothing was sent, to the end.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>True where the device answered without an error.</summary>
    public bool IsSuccess => Status == SnmpReplyStatus.Answered && ErrorStatus == SnmpErrorStatus.NoError;

    /// <summary>The length of the answer's message in bytes.</summary>
    internal int MessageSize { get; init; }

    /// <summary>max-repetitions of the request that was answered; 0 where that was no GETBULK.</summary>
    internal int Repetitions { get; init; }
}
