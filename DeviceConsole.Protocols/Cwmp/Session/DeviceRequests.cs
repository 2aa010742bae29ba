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
                await TransferredAsync(session, device, report, entry, cancellationToken);
                return new TransferCompleteResponse();
            case AutonomousTransferComplete report:
                await gateway.RaiseEventAsync(device, "autonomous-transfer-complete",
                    report.Fault.Code == 0 ? $"The device transferred a file by itself: {Short(report.FileType)}." : $"A transfer that the device began by itself failed: {CwmpFaults.From(report.Fault.Code, report.Fault.Text).Message}",
                    new JsonObject { ["url"] = Short(report.TransferUrl), ["fileType"] = Short(report.FileType), ["fault"] = report.Fault.Code }, cancellationToken);
                return new AutonomousTransferCompleteResponse();
            case DUStateChangeComplete report:
                await ChangedAsync(device, report, entry, cancellationToken);
                await ModulesAsync(device, "du-state-change-complete", "as it was told", report.Results, report.CommandKey, cancellationToken);
                return new DUStateChangeCompleteResponse();
            case AutonomousDUStateChangeComplete report:
                await ModulesAsync(device, "autonomous-du-state-change-complete", "by itself", report.Results, "", cancellationToken);
                return new AutonomousDUStateChangeCompleteResponse();
            case RequestDownload request:
                await gateway.RaiseEventAsync(device, "request-download", $"The device asks for a download: {Short(request.FileType)}. Run Download to answer it.", new JsonObject
                {
                    ["fileType"] = Short(request.FileType), ["arguments"] = new JsonArray([.. request.Arguments.Take(16).Select(a => (JsonNode)$"{Short(a.Name)}={Short(a.Value)}")]),
                }, cancellationToken);
                return new RequestDownloadResponse();
            case Kicked kicked:
                return new KickedResponse(kicked.NextUrl);
            default:
                return message is CwmpFault || message.Name.EndsWith("Response", StringComparison.Ordinal) ? null : new CwmpFault(8000, "Method not supported", []);
        }
    }

    // Acknowledged whether somebody waits for it or not; what nobody waits for completes nothing.
    private async Task TransferredAsync(CwmpSession session, DeviceSession device, TransferComplete report, TraceEntry entry, CancellationToken cancellationToken)
    {
        var work = await gateway.ResumeAsync(device, report.CommandKey, cancellationToken);
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
        await gateway.RaiseEventAsync(device, "transfer-complete", work is null ? message + " No job here waits for it." : message, new JsonObject
        {
            ["commandKey"] = Short(report.CommandKey), ["fault"] = report.Fault.Code, ["startTime"] = Short(report.StartTime), ["completeTime"] = Short(report.CompleteTime),
        }, cancellationToken);
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
