using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>Transfers that the CPE has before it: scheduled ones wait for their window, and may be cancelled until it begins.</summary>
public sealed class CpeQueue
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (AllQueuedTransferStruct Transfer, CancellationTokenSource Stop)> waiting = new(StringComparer.Ordinal);

    /// <summary>Puts a scheduled download in; cancelled when the ACS says so.</summary>
    public CancellationToken Add(ScheduleDownload request)
    {
        var stop = new CancellationTokenSource();
        lock (gate) waiting[request.CommandKey] = (new AllQueuedTransferStruct(request.CommandKey, 1, true, request.FileType, request.FileSize, request.TargetFileName), stop);
        return stop.Token;
    }

    /// <summary>Its window has come; false where it was cancelled before.</summary>
    public bool Take(string commandKey)
    {
        lock (gate) return waiting.Remove(commandKey);
    }

    /// <summary>CancelTransfer: a key that is not known is cancelled too (TR-069 A.4.1.9), what has begun is not.</summary>
    public CwmpMessage Cancel(CancelTransfer request)
    {
        lock (gate)
        {
            if (waiting.Remove(request.CommandKey, out var found)) found.Stop.Cancel();
        }
        return new CancelTransferResponse();
    }

    /// <summary>GetAllQueuedTransfers.</summary>
    public CwmpMessage All()
    {
        lock (gate) return new GetAllQueuedTransfersResponse([.. waiting.Values.Select(w => w.Transfer)]);
    }

    /// <summary>GetQueuedTransfers.</summary>
    public CwmpMessage Old()
    {
        lock (gate) return new GetQueuedTransfersResponse([.. waiting.Values.Select(w => new QueuedTransferStruct(w.Transfer.CommandKey, w.Transfer.State))]);
    }
}
