using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>The operations by their ids, as conversations with the device.</summary>
internal static class CwmpJobs
{
    private static readonly Dictionary<string, Func<JobContext, Task<JobEnd>>> Operations = new(StringComparer.Ordinal)
    {
        [CwmpOperations.GetNames] = NameJobs.GetNamesAsync,
        [CwmpOperations.Get] = ValueJobs.GetAsync,
        [CwmpOperations.Set] = ValueJobs.SetAsync,
        [CwmpOperations.Refresh] = RefreshJob.RunAsync,
        [CwmpOperations.AddObject] = ObjectJobs.AddAsync,
        [CwmpOperations.DeleteObject] = ObjectJobs.DeleteAsync,
        [CwmpOperations.GetAttributes] = AttributeJobs.GetAsync,
        [CwmpOperations.SetAttributes] = AttributeJobs.SetAsync,
        [CwmpOperations.Reboot] = LifeJobs.RebootAsync,
        [CwmpOperations.FactoryReset] = LifeJobs.FactoryResetAsync,
        [CwmpOperations.ScheduleInform] = LifeJobs.ScheduleInformAsync,
        [CwmpOperations.GetMethods] = LifeJobs.GetMethodsAsync,
        [CwmpOperations.Download] = TransferJobs.DownloadAsync,
        [CwmpOperations.Upload] = TransferJobs.UploadAsync,
        [CwmpOperations.ScheduleDownload] = TransferJobs.ScheduleAsync,
        [CwmpOperations.CancelTransfer] = QueueJobs.CancelAsync,
        [CwmpOperations.QueuedTransfers] = QueueJobs.ListAsync,
        [CwmpOperations.ChangeModules] = ModuleJobs.RunAsync,
        [CwmpOperations.GetOptions] = OptionJobs.GetAsync,
        [CwmpOperations.SetVouchers] = OptionJobs.SetAsync,
        [CwmpOperations.Vendor] = VendorJobs.RunAsync,
        [CwmpOperations.Setup] = SetupJob.RunAsync,
        [CwmpOperations.Neighbours] = NeighbourJob.RunAsync,
        [CwmpOperations.Bulk] = BulkJobs.RunAsync,
        [CwmpOperations.Diagnose] = DiagnosticJobs.RunAsync,
    };

    /// <summary>Every operation that can be run.</summary>
    public static IEnumerable<string> Ids => Operations.Keys;

    /// <summary>Runs one.</summary>
    public static async Task<JobEnd> RunAsync(string operation, JobContext context)
    {
        if (!Operations.TryGetValue(operation, out var run))
            return new ProtocolFault(FaultClass.Invalid, "cwmp.unknown-operation", $"TR-069 has no operation \"{operation}\". Create the job again with one that it has.");
        if (!context.AliasBased && AliasMap.IsAsked(context.Arguments)) return CwmpFaults.NoAliases();
        var end = await run(context);
        return end.Outcome is { } outcome ? end with { Outcome = await new AliasMap(context).ResolveAsync(outcome) } : end;
    }

    /// <summary>Nothing came until the patience of a job that was put aside was over.</summary>
    public static ProtocolOutcome Silence(string operation) => ProtocolOutcome.Failure(operation switch
    {
        CwmpOperations.Download or CwmpOperations.ScheduleDownload => CwmpFaults.Silent("download"),
        CwmpOperations.ChangeModules => CwmpFaults.Silent("change of software modules"),
        CwmpOperations.Upload => CwmpFaults.Silent("upload"),
        _ => CwmpFaults.Lost(operation, "the device was heard again, without a word of this request"),
    });

    /// <summary>The device reports the end of a transfer.</summary>
    public static ProtocolOutcome Transferred(string operation, TransferComplete report)
    {
        if (report.Fault.Code != 0)
        {
            var fault = CwmpFaults.From(report.Fault.Code, report.Fault.Text);
            // cwmp-sim tells every transfer that failed by the code of downloads.
            return ProtocolOutcome.Failure(operation == CwmpOperations.Upload && report.Fault.Code == 9010 ? CwmpFaults.From(9011, "") with { Detail = fault.Detail } : fault);
        }
        var what = operation == CwmpOperations.Upload ? "upload" : "download";
        return ProtocolOutcome.Success([], $"The device reports that the {what} is complete.");
    }

    /// <summary>The device reports by an event that it did what it was told.</summary>
    public static ProtocolOutcome Confirmed(string eventCode) => ProtocolOutcome.Success([], $"The device left the session at once, and confirmed it afterwards ({eventCode}).");
}
