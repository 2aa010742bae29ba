using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>
/// Download and Upload. The device takes the request and reports the end by a TransferComplete, in this session or another, after a reboot or before;
/// the job waits aside until then. A firmware's job waits on until the device has started .
/// </summary>
internal static class TransferJobs
{
    /// <summary>What a job waits for whose device has the image and starts with it.</summary>
    public const string FirmwareStarted = "firmware-started";

    /// <summary>Has the device fetch a file: one of the library by a link made for it, or one from elsewhere.</summary>
    public static async Task<JobEnd> DownloadAsync(JobContext context)
    {
        var arguments = context.Arguments;
        if (await SourceAsync(context, Patience(context)) is not var (url, type, size)) return CwmpFaults.FileGone();
        var request = new Download(context.CommandKey, type, url, "", "", size, arguments.Text("targetFileName") ?? "", (int)(arguments.Number("delay") ?? 0), "", "");
        var result = await context.Rpc.CallAsync<DownloadResponse>(request);
        if (result.Response?.Status == 0 && type == TransferTypes.Firmware && (arguments.Text("version") is not null || arguments.File("file") is not null))
            return new JobEnd(null, new ParkedJob(FirmwareStarted, "The device has the firmware; waits for its start with it.", Patience(context)));
        return End(context, "download", result.Response?.Status, result.Fault, result.WasRefused);
    }

    /// <summary>Has the device fetch a file within windows of time; it reports the end as of a Download.</summary>
    public static async Task<JobEnd> ScheduleAsync(JobContext context)
    {
        var windows = context.Arguments.Rows("windows").Select(Window).ToList();
        var patience = TimeSpan.FromSeconds(windows[^1].End) + TimeSpan.FromMinutes(context.Arguments.Number("wait") ?? 60);
        if (await SourceAsync(context, patience) is not var (url, type, size)) return CwmpFaults.FileGone();
        var request = new ScheduleDownload(context.CommandKey, type, url, "", "", size, context.Arguments.Text("targetFileName") ?? "", windows);
        var result = await context.Rpc.CallAsync<ScheduleDownloadResponse>(request);
        if (result.Response is not null) return new JobEnd(null, new ParkedJob(context.CommandKey, "The device took the scheduled download; waits for its window and its TransferComplete.", patience));
        return End(context, "scheduled download", null, result.Fault, result.WasRefused);
    }

    /// <summary>Has the device send a file: to a link made for it, or to a server elsewhere.</summary>
    public static async Task<JobEnd> UploadAsync(JobContext context)
    {
        var arguments = context.Arguments;
        var type = TransferTypes.Of(arguments, TransferTypes.Configuration);
        var url = arguments.Text("url")?.Trim() ?? (await context.Files!.ExpectAsync(type, Patience(context))).AbsoluteUri;
        var request = new Upload(context.CommandKey, type, url, "", "", (int)(arguments.Number("delay") ?? 0));
        var result = await context.Rpc.CallAsync<UploadResponse>(request);
        return End(context, "upload", result.Response?.Status, result.Fault, result.WasRefused);
    }

    /// <summary>The chosen file of the library, or null.</summary>
    public static Guid? File(this System.Text.Json.Nodes.JsonObject arguments, string field) => Guid.TryParse(arguments.Text(field), out var id) ? id : null;

    // Of the library by a link made for this job, or from elsewhere; null where the library has the file no more.
    private static async Task<(string Url, string Type, int Size)?> SourceAsync(JobContext context, TimeSpan lifetime)
    {
        var arguments = context.Arguments;
        if (arguments.File("file") is not { } file) return (arguments.Text("url")!.Trim(), TransferTypes.Of(arguments, TransferTypes.Firmware), (int)Math.Min(arguments.Number("fileSize") ?? 0, int.MaxValue));
        if (await context.Files!.OfferAsync(file, lifetime) is not { } offer) return null;
        return (offer.Url.AbsoluteUri, offer.File.FileType, (int)Math.Min(offer.File.Size, int.MaxValue));
    }

    // The form counts in minutes.
    private static TimeWindowStruct Window(System.Text.Json.Nodes.JsonObject row) => new(
        (row.Number("start") ?? 0) * 60, (row.Number("end") ?? 0) * 60, row.Text("mode") ?? "1 At Any Time", row.Text("message") ?? "", (int)(row.Number("retries") ?? 0));

    private static JobEnd End(JobContext context, string what, int? status, ProtocolFault? fault, bool refused)
    {
        if (status == 0) return ProtocolOutcome.Success([], $"The {what} is complete.");
        if (status is not null) return new JobEnd(null, new ParkedJob(context.CommandKey, $"The device took the {what}; waits for its TransferComplete.", Patience(context)));
        if (refused || fault!.Class != FaultClass.Timeout) return fault!;
        return new JobEnd(null, new ParkedJob(context.CommandKey, $"The device left the session while it was asked for the {what}; waits for a TransferComplete in case it took it.", Patience(context)));
    }

    private static TimeSpan Patience(JobContext context) =>
        TimeSpan.FromMinutes(context.Arguments.Number("wait") ?? 60) + TimeSpan.FromSeconds(context.Arguments.Number("delay") ?? 0);
}
