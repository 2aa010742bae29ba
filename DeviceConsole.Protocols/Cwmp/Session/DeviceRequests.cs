using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>What a device may ask the ACS, and the answers (TR-069 Table 6).</summary>
internal sealed class DeviceRequests(IDeviceGateway gateway, FirmwareCheck firmware, TimeProvider time, ILogger<CwmpEnvelope> logger)
{
    private static readonly string[] Methods = ["Inform", "GetRPCMethods", "TransferComplete", "AutonomousTransferComplete", "DUStateChangeComplete", "AutonomousDUStateChangeComplete", "RequestDownload", "Kicked"];

    /// <summary>The answer, or null where the message is no request but a response.</summary>
    public async Task<CwmpMessage?> AnswerAsync(CwmpSession session, CwmpMessage message, TraceEntry entry, CancellationToken cancellationToken)
    {
        // A device that waits for approval is believed nothing yet; it tries again later.
        if (session.Device is not { } device) return message is CwmpFault || message.Name.EndsWith("Response", StringComparison.Ordinal) ? null : new CwmpFault(8001, "Request denied", []);
        switch (message)
        {
            case GetRPCMethods:
                return new GetRPCMethodsResponse(Methods);
            case TransferComplete report:
                return await TransferredAsync(session, device, report, entry, cancellationToken) ? new TransferCompleteResponse() : Again();
            case AutonomousTransferComplete report:
                return await gateway.RaiseEventAsync(device, "autonomous-transfer-complete",
                    report.Fault.Code == 0 ? $"The device transferred a file by itself: {Short(report.FileType)}." : $"A transfer that the device began by itself failed: {CwmpFaults.From(report.Fault.Code, report.Fault.Text).Message}",
                    new JsonObject { ["url"] = Short(report.TransferUrl), ["fileType"] = Short(report.FileType), ["fault"] = report.Fault.Code }, cancellationToken)
                    ? new AutonomousTransferCompleteResponse() : Again();
            case DUStateChangeComplete report:
                await ChangedAsync(device, report, entry, cancellationToken);
                return await ModulesAsync(device, "du-state-change-complete", "as it was told", report.Results, report.CommandKey, cancellationToken) ? new DUStateChangeCompleteResponse() : Again();
            case AutonomousDUStateChangeComplete report:
                return await ModulesAsync(device, "autonomous-du-state-change-complete", "by itself", report.Results, "", cancellationToken) ? new AutonomousDUStateChangeCompleteResponse() : Again();
            case RequestDownload request:
                return await gateway.RaiseEventAsync(device, "request-download", $"The device asks for a download: {Short(request.FileType)}. Run Download to answer it.", new JsonObject
                {
                    ["fileType"] = Short(request.FileType), ["arguments"] = new JsonArray([.. request.Arguments.Take(16).Select(a => (JsonNode)$"{Short(a.Name)}={Short(a.Value)}")]),
                }, cancellationToken) ? new RequestDownloadResponse() : Again();
            case Kicked kicked:
                return new KickedResponse(kicked.NextUrl);
            default:
                return message is CwmpFault || message.Name.EndsWith("Response", StringComparison.Ordinal) ? null : new CwmpFault(8000, "Method not supported", []);
        }
    }

    // The session is not the device's any more: another node has it, or a newer session. What it tells is not taken, so it must not be taken as told:
    // fault 8005 has the device tell it again (TR-069 Table 53), in the session that is its own.
    private static CwmpFault Again() => new(8005, "Retry request", []);

    // Acknowledged whether somebody waits for it or not; what nobody waits for completes nothing.
    private async Task<bool> TransferredAsync(CwmpSession session, DeviceSession device, TransferComplete report, TraceEntry entry, CancellationToken cancellationToken)
    {
        var work = await gateway.ResumeAsync(device, report.CommandKey, cancellationToken) ?? await NamedByInformAsync(session, device, report, cancellationToken);
        if (work is null)
        {
            logger.UnknownTransfer(session.Identity, Short(report.CommandKey));
        }
        else
        {
            var trace = new[] { entry, new TraceEntry(time.GetUtcNow(), TraceDirection.Out, "TransferCompleteResponse", "") };
            await firmware.TransferredAsync(device, work, (Inform)session.Inform.Message, report, trace, cancellationToken);
        }
        var message = report.Fault.Code == 0 ? "A transfer is complete." : $"A transfer failed: {CwmpFaults.From(report.Fault.Code, report.Fault.Text).Message}";
        return await gateway.RaiseEventAsync(device, "transfer-complete", work is null ? message + " No job here waits for it." : message, new JsonObject
        {
            ["commandKey"] = Short(report.CommandKey), ["fault"] = report.Fault.Code, ["startTime"] = Short(report.StartTime), ["completeTime"] = Short(report.CompleteTime),
        }, cancellationToken);
    }

    // Some devices tell the key with the event alone: M Download has it, their TransferComplete has none.
    private async Task<SessionWork?> NamedByInformAsync(CwmpSession session, DeviceSession device, TransferComplete report, CancellationToken cancellationToken)
    {
        if (report.CommandKey.Length > 0) return null;
        foreach (var item in ((Inform)session.Inform.Message).Events.Where(e => e is { EventCode: "M Download" or "M Upload" or "M ScheduleDownload", CommandKey.Length: > 0 }).Take(16))
            if (await gateway.ResumeAsync(device, item.CommandKey, cancellationToken) is { } work) return work;
        return null;
    }

    // The end of a ChangeDUState that a job waits for.
    private async Task ChangedAsync(DeviceSession device, DUStateChangeComplete report, TraceEntry entry, CancellationToken cancellationToken)
    {
        if (await gateway.ResumeAsync(device, report.CommandKey, cancellationToken) is not { Operation: CwmpOperations.ChangeModules } work) return;
        var trace = new[] { entry, new TraceEntry(time.GetUtcNow(), TraceDirection.Out, "DUStateChangeCompleteResponse", "") };
        await gateway.CompleteAsync(device, work, Jobs.ModuleJobs.Reported(report) with { Trace = trace }, cancellationToken);
    }

    private Task<bool> ModulesAsync(DeviceSession device, string kind, string how, IReadOnlyList<DUStateChangeResult> results, string commandKey, CancellationToken cancellationToken)
    {
        var failed = results.FirstOrDefault(r => r.Fault.Code != 0);
        var message = failed is null
            ? $"The device changed {results.Count} software modules {how}."
            : $"A change of the software module {Short(failed.Uuid)} failed: {CwmpFaults.From(failed.Fault.Code, failed.Fault.Text).Message}";
        return gateway.RaiseEventAsync(device, kind, message, new JsonObject
        {
            ["commandKey"] = Short(commandKey),
            ["units"] = new JsonArray([.. results.Take(32).Select(r => (JsonNode)new JsonObject
            {
                ["uuid"] = Short(r.Uuid), ["version"] = Short(r.Version), ["state"] = Short(r.CurrentState), ["operation"] = Short(r.Operation), ["fault"] = r.Fault.Code,
            })]),
        }, cancellationToken);
    }

    private static string Short(string text) => text.Length <= 256 ? text : text[..256];
}
