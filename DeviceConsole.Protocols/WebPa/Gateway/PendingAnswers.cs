using System.Collections.Concurrent;
using DeviceConsole.Protocols.WebPa.Wire;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>Requests that wait for their answers, by transaction. An answer that nobody waits for finds nothing here.</summary>
internal sealed class PendingAnswers
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<WrpRequest?>> waiting = new(StringComparer.Ordinal);

    /// <summary>A new transaction and the task of its answer; the answer is null where the device sent something that cannot be read.</summary>
    public (string Transaction, Task<WrpRequest?> Answer) Add()
    {
        var transaction = Guid.NewGuid().ToString();
        var source = new TaskCompletionSource<WrpRequest?>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[transaction] = source;
        return (transaction, source.Task);
    }

    /// <summary>Nobody waits any longer.</summary>
    public void Remove(string transaction) => waiting.TryRemove(transaction, out _);

    /// <summary>False where nobody waits for it.</summary>
    public bool Complete(WrpRequest answer) => waiting.TryRemove(answer.TransactionUuid!, out var source) && source.TrySetResult(answer);

    /// <summary>The device sent what no request can be told from: whatever was asked, this was no answer.</summary>
    public void CompleteUnreadable()
    {
        foreach (var transaction in waiting.Keys)
            if (waiting.TryRemove(transaction, out var source)) source.TrySetResult(null);
    }
}
