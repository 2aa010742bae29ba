using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>A command whose request was sent and whose job is not put aside yet.</summary>
internal sealed class RunningCommand(string requestId)
{
    private readonly TaskCompletionSource<bool> settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile OperationComplete? end;

    /// <summary>The message ID of its request.</summary>
    public string RequestId { get; } = requestId;

    /// <summary>The reported end; null until then.</summary>
    public OperationComplete? End => end;

    /// <summary>The end is reported. The task tells whether it was written.</summary>
    public Task<bool> Finish(OperationComplete complete)
    {
        end = complete;
        return settled.Task;
    }

    /// <summary>Nothing more is done about it here.</summary>
    public void Settle(bool written) => settled.TrySetResult(written);
}
