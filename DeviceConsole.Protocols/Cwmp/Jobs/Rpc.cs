using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>The device's side of a session as a job sees it: one request at a time, and what came of it.</summary>
internal interface IRpc
{
    /// <summary>Sends a request and waits for the device's next message.</summary>
    Task<RpcReply> CallAsync(CwmpMessage request);
}

/// <summary>What came of a request: a message of the device, or why there is none.</summary>
/// <param name="Message">The response, or a fault.</param>
/// <param name="Failure">Set where there is no message.</param>
internal sealed record RpcReply(CwmpMessage? Message, ProtocolFault? Failure)
{
    /// <summary>The device's message.</summary>
    public static RpcReply Of(CwmpMessage message) => new(message, null);

    /// <summary>There is none.</summary>
    public static RpcReply Failed(ProtocolFault failure) => new(null, failure);
}

/// <summary>A request's response of the type that was expected, or a fault in its place.</summary>
/// <param name="Response">Null where there is a fault.</param>
/// <param name="Fault">Null where there is a response.</param>
/// <param name="Code">The device's own fault code; 0 where the device did not answer at all.</param>
internal readonly record struct RpcResult<T>(T? Response, ProtocolFault? Fault, int Code) where T : CwmpMessage
{
    /// <summary>True where the device answered with a fault: it is still there.</summary>
    public bool WasRefused => Fault is not null && Code != NoCode;

    /// <summary>The device did not answer.</summary>
    public const int NoCode = -1;
}

/// <summary>Requests with their responses' types.</summary>
internal static class RpcExtensions
{
    /// <summary>Sends a request whose response is of this type.</summary>
    public static async Task<RpcResult<T>> CallAsync<T>(this IRpc rpc, CwmpMessage request) where T : CwmpMessage
    {
        var reply = await rpc.CallAsync(request);
        return reply.Message switch
        {
            T response => new(response, null, 0),
            CwmpFault fault => new(null, CwmpFaults.From(fault), fault.Code),
            null => new(null, reply.Failure, RpcResult<T>.NoCode),
            var other => new(null, CwmpFaults.WrongAnswer(request.Name, other.Name), RpcResult<T>.NoCode),
        };
    }
}
