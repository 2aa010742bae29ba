using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>What came of a request: an answer, or a fault, or neither where the connection went away meanwhile.</summary>
internal sealed record AgentReply(UspBody? Body, ProtocolFault? Fault)
{
    /// <summary>The connection went away: nobody knows whether the agent carried the request out.</summary>
    public static AgentReply Gone { get; } = new(null, null);

    /// <summary>The answer's bytes.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>The answer as what was expected; everything else is a fault.</summary>
    public T? As<T>(out ProtocolFault? fault) where T : UspBody
    {
        fault = Body switch
        {
            T => null,
            UspError error => UspFaults.Of(error),
            null => Fault,
            _ => UspFaults.Unexpected(Body),
        };
        return Body as T;
    }
}
