using System.Collections.Concurrent;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.WebPa.Wire;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>What came for a request: the device's answer, or why there will be none.</summary>
internal readonly record struct AnswerOrFault(WrpRequest? Answer, ProtocolFault? Fault);

/// <summary>Requests that wait for their answers, by transaction. An answer that nobody waits for finds nothing here.</summary>
internal sealed class PendingAnswers
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<AnswerOrFault>> waiting = new(StringComparer.Ordinal);

    /// <summary>A new transaction and the task of its answer.</summary>
    public (string Transaction, Task<AnswerOrFault> Answer) Add()
    {
        var transaction = Guid.NewGuid().ToString();
        var source = new TaskCompletionSource<AnswerOrFault>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[transaction] = source;
        return (transaction, source.Task);
    }

    /// <summary>Nobody waits any longer.</summary>
    public void Remove(string transaction) => waiting.TryRemove(transaction, out _);

    /// <summary>False where nobody waits for it.</summary>
    public bool Complete(WrpRequest answer) => waiting.TryRemove(answer.TransactionUuid!, out var source) && source.TrySetResult(new AnswerOrFault(answer, null));

    /// <summary>The device sent what no request can be told from: whatever was asked, this was its answer.</summary>
    public void Fail(ProtocolFault fault)
    {
        foreach (var transaction in waiting.Keys)
            if (waiting.TryRemove(transaction, out var source)) source.TrySetResult(new AnswerOrFault(null, fault));
    }
}
