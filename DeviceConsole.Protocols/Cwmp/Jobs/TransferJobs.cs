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
    private const string Firmware = "1 Firmware Upgrade Image";

    /// <summary>What a job waits for whose device has the image and starts with it.</summary>
    public const string FirmwareStarted = "firmware-started";

    /// <summary>Has the device fetch a file: one of the library by a link made for it, or one from elsewhere.</summary>
    public static async Task<JobEnd> DownloadAsync(JobContext context)
    {
        var arguments = context.Arguments;
        var (url, type, size) = (arguments.Text("url")?.Trim(), FileType(arguments), arguments.Number("fileSize") ?? 0);
        if (arguments.File("file") is { } file)
        {
            if (await context.Files!.OfferAsync(file, Patience(context)) is not { } offer) return CwmpFaults.FileGone();
            (url, type, size) = (offer.Url.AbsoluteUri, offer.File.FileType, offer.File.Size);
        }
        var request = new Download(context.CommandKey, type, url!, "", "", (int)Math.Min(size, int.MaxValue), arguments.Text("targetFileName") ?? "", (int)(arguments.Number("delay") ?? 0), "", "");
        var result = await context.Rpc.CallAsync<DownloadResponse>(request);
        if (result.Response?.Status == 0 && type == Firmware && (arguments.Text("version") is not null || arguments.File("file") is not null))
            return new JobEnd(null, new ParkedJob(FirmwareStarted, "The device has the firmware; waits for its start with it.", Patience(context)));
        return End(context, "download", result.Response?.Status, result.Fault, result.WasRefused);
    }

    /// <summary>Has the device send a file: to a link made for it, or to a server elsewhere.</summary>
    public static async Task<JobEnd> UploadAsync(JobContext context)
    {
        var arguments = context.Arguments;
        var type = arguments.Text("fileType") ?? "1 Vendor Configuration File";
        var url = arguments.Text("url")?.Trim() ?? (await context.Files!.ExpectAsync(type, Patience(context))).AbsoluteUri;
        var request = new Upload(context.CommandKey, type, url, "", "", (int)(arguments.Number("delay") ?? 0));
        var result = await context.Rpc.CallAsync<UploadResponse>(request);
        return End(context, "upload", result.Response?.Status, result.Fault, result.WasRefused);
    }

    /// <summary>The chosen file of the library, or null.</summary>
    public static Guid? File(this System.Text.Json.Nodes.JsonObject arguments, string field) => Guid.TryParse(arguments.Text(field), out var id) ? id : null;

    private static JobEnd End(JobContext context, string what, int? status, ProtocolFault? fault, bool refused)
    {
        if (status == 0) return ProtocolOutcome.Success([], $"The {what} is complete.");
        if (status is not null) return new JobEnd(null, new ParkedJob(context.CommandKey, $"The device took the {what}; waits for its TransferComplete.", Patience(context)));
        if (refused || fault!.Class != FaultClass.Timeout) return fault!;
        return new JobEnd(null, new ParkedJob(context.CommandKey, $"The device left the session while it was asked for the {what}; waits for a TransferComplete in case it took it.", Patience(context)));
    }

    private static TimeSpan Patience(JobContext context) =>
        TimeSpan.FromMinutes(context.Arguments.Number("wait") ?? 60) + TimeSpan.FromSeconds(context.Arguments.Number("delay") ?? 0);

    // The choices of the form stand for TR-069's texts (Table 29); a vendor's own type is given in full.
    private static string FileType(System.Text.Json.Nodes.JsonObject arguments) => arguments.Text("fileType") ?? Firmware;
}
