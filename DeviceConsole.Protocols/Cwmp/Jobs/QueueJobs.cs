using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>GetAllQueuedTransfers, with GetQueuedTransfers for devices of CWMP 1.0, and CancelTransfer.</summary>
internal static class QueueJobs
{
    private const int NotSupported = 9000;

    /// <summary>Lists what the device still has to transfer.</summary>
    public static async Task<JobEnd> ListAsync(JobContext context)
    {
        var all = await context.Rpc.CallAsync<GetAllQueuedTransfersResponse>(new GetAllQueuedTransfers());
        if (all.Response is { } response) return Listed(response.Transfers);
        if (all.Code != NotSupported) return all.Fault!;
        var old = await context.Rpc.CallAsync<GetQueuedTransfersResponse>(new GetQueuedTransfers());
        if (old.Fault is { } fault) return fault;
        return Listed([.. old.Response!.Transfers.Select(t => new AllQueuedTransferStruct(t.CommandKey, t.State, true, "", 0, ""))]);
    }

    /// <summary>Has the device give a transfer up; it will not report its end then, so the job that waits for it ends here.</summary>
    public static async Task<JobEnd> CancelAsync(JobContext context)
    {
        var text = context.Arguments.Text("transfer")!.Trim();
        var key = Guid.TryParse(text, out var job) ? job.ToString("N") : text;
        var result = await context.Rpc.CallAsync<CancelTransferResponse>(new CancelTransfer(key));
        if (result.Fault is { } fault) return fault;
        return new JobEnd(ProtocolOutcome.Success([], $"The device gave the transfer {key} up."), null) { EndsOther = (key, CwmpFaults.Cancelled()) };
    }

    private static JobEnd Listed(IReadOnlyList<AllQueuedTransferStruct> transfers)
    {
        var values = transfers.Select((t, i) => new ParameterValue(t.CommandKey.Length > 0 ? t.CommandKey : FormattableString.Invariant($"(no command key, {i + 1})"), Describe(t), "transfer")).ToList();
        return ProtocolOutcome.Success(values, values.Count == 0 ? "The device has no transfer before it." : Values.Count(values.Count, "transfer")) with { StoreValues = false };
    }

    private static string Describe(AllQueuedTransferStruct transfer)
    {
        var state = transfer.State switch
        {
            1 => "not yet started",
            2 => "in progress",
            3 => "complete, finishing",
            var other => FormattableString.Invariant($"state {other}"),
        };
        if (transfer.FileType.Length == 0) return state;
        var size = transfer.FileSize > 0 ? FormattableString.Invariant($", {transfer.FileSize:N0} bytes") : "";
        return $"{(transfer.IsDownload ? "download" : "upload")} of {transfer.FileType}{size}: {state}";
    }
}
