using System.Data.Common;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.WebPa.Gateway;

// Firmware by RDK's own parameters: the folder, the image's name, and a switch. The device fetches folder/name, starts with it by itself, and names the
// version that it runs when it connects again.
internal sealed partial class DeviceJobs
{
    private const string Prefix = "Device.DeviceInfo.X_RDKCENTRAL-COM_Firmware";
    private const string Url = Prefix + "DownloadURL", Image = Prefix + "ToDownload", Way = Prefix + "DownloadProtocol", Now = Prefix + "DownloadNow", Status = Prefix + "DownloadStatus";
    private const string Version = "Device.DeviceInfo.SoftwareVersion";

    private enum Progress
    {
        Idle,
        Running,
        Failed,
    }

    private async Task FirmwareAsync(SessionWork work, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var outcome = work.Continuation is null ? await OrderAsync(work, trace, cancellationToken).ConfigureAwait(false) : await SilenceAsync(work, trace, cancellationToken).ConfigureAwait(false);
        if (outcome is not null)
        {
            await gateway.CompleteAsync(session, work, outcome with { Trace = trace }, cancellationToken).ConfigureAwait(false);
            return;
        }
        var parked = new ParkedWork(FirmwareForm.Started, "The device fetches the firmware; waits for its start with it.", time.GetUtcNow() + FirmwareForm.Patience(work.Arguments)) { Trace = trace };
        if (await gateway.ParkAsync(session, work, parked, CancellationToken.None).ConfigureAwait(false)) await FollowAsync(returned: false, cancellationToken).ConfigureAwait(false);
    }

    // Null where the device fetches it.
    private async Task<ProtocolOutcome?> OrderAsync(SessionWork work, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var (address, fault) = await FirmwareForm.SourceAsync(firmware.Files, session, work, WebPaDescriptor.Id, cancellationToken).ConfigureAwait(false);
        if (fault is not null) return ProtocolOutcome.Failure(fault);
        var slash = address!.LastIndexOf('/');
        (string, string, string)[] where = [(Url, "string", address[..slash]), (Image, "string", address[(slash + 1)..])];
        var told = await SetAsync(work, trace, [(Way, "string", new Uri(address).Scheme), .. where], cancellationToken).ConfigureAwait(false);
        // Newer firmware takes the way from the address, and lets it only be read.
        if (told.Fault?.Class == FaultClass.Refused) told = await SetAsync(work, trace, where, cancellationToken).ConfigureAwait(false);
        if (told.Fault is null) told = await SetAsync(work, trace, [(Now, "boolean", "true")], cancellationToken).ConfigureAwait(false);
        return told.Fault is null ? null : ProtocolOutcome.Failure(told.Fault);
    }

    private Task<ProtocolOutcome> SetAsync(SessionWork work, List<TraceEntry> trace, ReadOnlySpan<(string Name, string Type, string Value)> values, CancellationToken cancellationToken)
    {
        var rows = new JsonArray();
        foreach (var (name, type, value) in values) rows.Add((JsonNode)new JsonObject { ["name"] = name, ["type"] = type, ["value"] = value });
        return AskAsync("set", new JsonObject { ["values"] = rows }, work.Deadline, trace, cancellationToken);
    }

    private async Task<string?> ReadAsync(string name, DateTimeOffset deadline, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var read = await AskAsync("get", new JsonObject { ["names"] = new JsonArray(name) }, deadline, trace, cancellationToken).ConfigureAwait(false);
        return read.Fault is null ? read.Values.FirstOrDefault(v => v.Path == name)?.Value : null;
    }

    // The device is here again: with the firmware that a job waits for, with another one, or it only lost its connection.
    private async Task ReturnedAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            if (await WaitingAsync().ConfigureAwait(false) is not { } work) return;
            var expected = await FirmwareForm.ExpectedAsync(firmware.Files, session, work, cancellationToken).ConfigureAwait(false);
            if (expected is not null && firmware.Runs == expected) await EndAsync(work, FirmwareForm.Judge(WebPaDescriptor.Id, expected, firmware.Runs)).ConfigureAwait(false);
            else await FollowAsync(returned: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or DbException or TimeoutException or IOException)
        {
            // The job waits on, for the next connection or the end of its patience.
            LogNotFollowed(identity, e.Message);
        }
    }

    // Looks at the download until the job is over or the connection is: a device that starts anew leaves.
    private async Task FollowAsync(bool returned, CancellationToken cancellationToken)
    {
        while (true)
        {
            var trace = new List<TraceEntry>();
            var says = await ReadAsync(Status, time.GetUtcNow() + TimeSpan.FromSeconds(30), trace, cancellationToken).ConfigureAwait(false);
            if (await WaitingAsync().ConfigureAwait(false) is not { } work) return;
            switch (says is null ? Progress.Running : ProgressOf(says))
            {
                case Progress.Failed:
                    await EndAsync(work, ProtocolOutcome.Failure(FirmwareFaults.Failed(WebPaDescriptor.Id, says!)) with { Trace = trace }).ConfigureAwait(false);
                    return;
                case Progress.Idle when returned:
                    // It knows of no download any more, so it has started since.
                    var expected = await FirmwareForm.ExpectedAsync(firmware.Files, session, work, cancellationToken).ConfigureAwait(false);
                    await EndAsync(work, FirmwareForm.Judge(WebPaDescriptor.Id, expected, firmware.Runs) with { Trace = trace }).ConfigureAwait(false);
                    return;
            }
            await Task.Delay(firmware.Poll, time, cancellationToken).ConfigureAwait(false);
        }
    }

    // RDK-B says Not Started, In Progress, Completed, Failed; RDK-V has Idle and phrases with the same words.
    private static Progress ProgressOf(string says)
    {
        if (says.Contains("fail", StringComparison.OrdinalIgnoreCase) || says.Contains("error", StringComparison.OrdinalIgnoreCase)) return Progress.Failed;
        return says.Length == 0 || says.Contains("not started", StringComparison.OrdinalIgnoreCase) || says.Contains("idle", StringComparison.OrdinalIgnoreCase) ? Progress.Idle : Progress.Running;
    }

    // Nothing came until the patience was over. What the device runs now tells all the same.
    private async Task<ProtocolOutcome> SilenceAsync(SessionWork work, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var expected = await FirmwareForm.ExpectedAsync(firmware.Files, session, work, cancellationToken).ConfigureAwait(false);
        var runs = await ReadAsync(Version, work.Deadline, trace, cancellationToken).ConfigureAwait(false);
        return expected is not null && runs == expected ? FirmwareForm.Judge(WebPaDescriptor.Id, expected, runs) : ProtocolOutcome.Failure(FirmwareFaults.NoStart(WebPaDescriptor.Id));
    }

    private async Task<SessionWork?> WaitingAsync() =>
        await gateway.ResumeAsync(session, FirmwareForm.Started, CancellationToken.None).ConfigureAwait(false) is { Operation: FirmwareForm.Id } work ? work : null;

    private Task<bool> EndAsync(SessionWork work, ProtocolOutcome outcome) => gateway.CompleteAsync(session, work, outcome, CancellationToken.None);

    [Microsoft.Extensions.Logging.LoggerMessage(3205, Microsoft.Extensions.Logging.LogLevel.Information, "The firmware job of {Device} is not followed now ({Reason}).")]
    private partial void LogNotFollowed(string device, string reason);
}
