namespace DeviceConsole.Core.Protocols;

/// <summary>What kind of failure a fault is. The engine derives the retry from it, never from codes or texts.</summary>
public enum FaultClass
{
    /// <summary>The request itself is wrong: no retry helps.</summary>
    Invalid,

    /// <summary>The device understood and said no (an SNMP error-status, a CWMP fault, a USP error).</summary>
    Refused,

    /// <summary>The device did not accept the credentials.</summary>
    Credentials,

    /// <summary>Nothing came back in time.</summary>
    Timeout,

    /// <summary>The address could not be reached, or the network refused the connection.</summary>
    Unreachable,

    /// <summary>The device is there, but busy; later helps.</summary>
    Busy,

    /// <summary>What came back breaks the protocol's rules.</summary>
    Garbage,

    /// <summary>The tenant's policy forbids this address or operation.</summary>
    Policy,

    /// <summary>A defect on our side: an exception that nobody expected.</summary>
    Internal,
}

/// <summary>
/// A failure as data: what went wrong, in words that an operator can act on.
/// </summary>
/// <param name="Class">Decides whether and when the engine tries again.</param>
/// <param name="Code">A short stable code in lower-case with dots, for example <c>snmp.timeout</c>, <c>snmp.no-such-name</c>.</param>
/// <param name="Message">One sentence in plain language: what happened and what to do about it.</param>
/// <param name="Detail">What an expert wants to see beside it (addresses, error index, bytes); never a secret.</param>
public sealed record ProtocolFault(FaultClass Class, string Code, string Message, string? Detail = null)
{
    /// <summary>True where a later attempt can succeed without anybody changing anything.</summary>
    public bool IsWorthARetry => Class is FaultClass.Timeout or FaultClass.Unreachable or FaultClass.Busy or FaultClass.Garbage or FaultClass.Internal;
}
