using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>
/// Download and Upload. The device takes the request and reports the end by a TransferComplete, in this session or another, after a reboot or before;
/// the job waits aside until then.
/// </summary>
internal static class TransferJobs
{
    /// <summary>Has the device fetch a file.</summary>
    public static async Task<JobEnd> DownloadAsync(JobContext context)
    {
        var arguments = context.Arguments;
        var request = new Download(context.CommandKey, FileType(arguments.Text("fileType")), arguments.Text("url")!.Trim(), "", "",
            (int)(arguments.Number("fileSize") ?? 0), arguments.Text("targetFileName") ?? "", (int)(arguments.Number("delay") ?? 0), "", "");
        var result = await context.Rpc.CallAsync<DownloadResponse>(request);
        return End(context, "download", result.Response?.Status, result.Fault, result.WasRefused);
    }

    /// <summary>Has the device send a file.</summary>
    public static async Task<JobEnd> UploadAsync(JobContext context)
    {
        var arguments = context.Arguments;
        var request = new Upload(context.CommandKey, FileType(arguments.Text("fileType")), arguments.Text("url")!.Trim(), "", "", (int)(arguments.Number("delay") ?? 0));
        var result = await context.Rpc.CallAsync<UploadResponse>(request);
        return End(context, "upload", result.Response?.Status, result.Fault, result.WasRefused);
    }

    private static JobEnd End(JobContext context, string what, int? status, ProtocolFault? fault, bool refused)
    {
        if (status == 0) return ProtocolOutcome.Success([], $"The {what} is complete.");
        var patience = TimeSpan.FromMinutes(context.Arguments.Number("wait") ?? 60) + TimeSpan.FromSeconds(context.Arguments.Number("delay") ?? 0);
        if (status is not null) return new JobEnd(null, new ParkedJob(context.CommandKey, $"The device took the {what}; waits for its TransferComplete.", patience));
        if (refused || fault!.Class != FaultClass.Timeout) return fault!;
        return new JobEnd(null, new ParkedJob(context.CommandKey, $"The device left the session while it was asked for the {what}; waits for a TransferComplete in case it took it.", patience));
    }

    // The choices of the form stand for TR-069's texts (Table 29); a vendor's own type is given in full.
    private static string FileType(string? choice) => choice ?? "1 Firmware Upgrade Image";
}
