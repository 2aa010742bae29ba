using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// Firmware (TR-181 Device.DeviceInfo.FirmwareImage.{i}.): Download() into the image that does not run, Activate() of it, and what runs after the start.
internal sealed partial class AgentSession
{
    private const string DeviceInfo = "Device.DeviceInfo.", Images = DeviceInfo + "FirmwareImage.";
    private const string ActivateKey = CommandKeyPrefix + "activate";

    private async Task DownloadAsync(SessionWork work, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var (url, fault) = await FirmwareForm.SourceAsync(services.Files, session, work, UspModuleDescriptor.Id, cancellationToken).ConfigureAwait(false);
        if (fault is null)
        {
            var (image, wrong, gone) = await SpareImageAsync(Wait(work), trace, cancellationToken).ConfigureAwait(false);
            if (gone) return;
            if (image is not null)
            {
                await OperateAsync(work, new OperateRequest
                {
                    Command = image + "Download()", CommandKey = $"{CommandKeyPrefix}{work.JobId:N}", SendResponse = true,
                    InputArguments = new Dictionary<string, string> { ["URL"] = url!, ["AutoActivate"] = "false" },
                }, trace, cancellationToken).ConfigureAwait(false);
                return;
            }
            fault = wrong;
        }
        await gateway.CompleteAsync(session, work, ProtocolOutcome.Failure(fault!) with { Trace = trace }, CancellationToken.None).ConfigureAwait(false);
    }

    // The end of a command is the end of its job, besides that of a download: then the image is to be activated.
    private Task<bool> EndAsync(SessionWork work, ProtocolOutcome outcome) => work.Operation == FirmwareForm.Id && outcome.Fault is null
        ? ActivateLaterAsync(work, outcome.Trace) : gateway.CompleteAsync(session, work, outcome, CancellationToken.None);

    private async Task<bool> ActivateLaterAsync(SessionWork work, IReadOnlyList<TraceEntry> trace)
    {
        const string reason = "The device has the firmware; waits for its start with it.";
        var until = services.Time.GetUtcNow() + FirmwareForm.Patience(work.Arguments);
        var waits = work.Continuation is null
            ? await gateway.ParkAsync(session, work, new ParkedWork(FirmwareForm.Started, reason, until) { Trace = trace }, CancellationToken.None).ConfigureAwait(false)
            : await gateway.WaitOnAsync(session, work, FirmwareForm.Started, reason, until, CancellationToken.None).ConfigureAwait(false);
        if (waits) Plan(ActivateAsync);
        return waits;
    }

    private async Task ActivateAsync(CancellationToken cancellationToken)
    {
        var trace = new List<TraceEntry>();
        var (image, fault, gone) = await SpareImageAsync(patience, trace, cancellationToken).ConfigureAwait(false);
        if (image is not null)
        {
            var reply = await RequestAsync(new OperateRequest { Command = image + "Activate()", CommandKey = ActivateKey, SendResponse = true }, patience, trace, cancellationToken).ConfigureAwait(false);
            // An agent that restarts at once has no time for an answer.
            gone = reply == AgentReply.Gone;
            if (!gone) fault = reply.As<OperateResponse>(out var wrong) is { Results: [{ Failure: { } refused }, ..] } ? UspFaults.Of(image + "Activate()", refused) : wrong;
        }
        await gateway.TraceAsync(session, trace, CancellationToken.None).ConfigureAwait(false);
        if (!gone && fault is not null and not { Class: FaultClass.Timeout }) await FailFirmwareAsync(fault).ConfigureAwait(false);
    }

    private async Task FailFirmwareAsync(ProtocolFault fault)
    {
        if (await gateway.ResumeAsync(session, FirmwareForm.Started, CancellationToken.None).ConfigureAwait(false) is { Operation: FirmwareForm.Id } work)
            await gateway.CompleteAsync(session, work, ProtocolOutcome.Failure(fault), CancellationToken.None).ConfigureAwait(false);
    }

    // It runs the version that a job waits for, or has started with another one.
    private async Task JudgeFirmwareAsync(string? runs, bool booted, CancellationToken cancellationToken)
    {
        if (await gateway.ResumeAsync(session, FirmwareForm.Started, cancellationToken).ConfigureAwait(false) is not { Operation: FirmwareForm.Id } work) return;
        var expected = await FirmwareForm.ExpectedAsync(services.Files, session, work, cancellationToken).ConfigureAwait(false);
        if (booted || (expected is not null && runs == expected))
            await gateway.CompleteAsync(session, work, FirmwareForm.Judge(UspModuleDescriptor.Id, expected, runs), CancellationToken.None).ConfigureAwait(false);
    }

    // Nothing was told until the patience was over. What the device runs now tells all the same.
    private async Task<ProtocolOutcome?> FirmwareSilenceAsync(SessionWork work, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var reply = await RequestAsync(new GetRequest { ParamPaths = [DeviceInfo + "SoftwareVersion"] }, Wait(work), trace, cancellationToken).ConfigureAwait(false);
        if (reply == AgentReply.Gone) return null;
        var runs = reply.As<GetResponse>(out _) is { } response ? UspValues.FactsOf(UspValues.Of(response, null)).SoftwareVersion : null;
        var expected = await FirmwareForm.ExpectedAsync(services.Files, session, work, cancellationToken).ConfigureAwait(false);
        return runs is not null && runs == expected ? FirmwareForm.Judge(UspModuleDescriptor.Id, expected, runs) : ProtocolOutcome.Failure(FirmwareFaults.NoStart(UspModuleDescriptor.Id));
    }

    // The first image that does not run.
    private async Task<(string? Image, ProtocolFault? Fault, bool Gone)> SpareImageAsync(TimeSpan wait, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var reply = await RequestAsync(new GetRequest { ParamPaths = [DeviceInfo + "ActiveFirmwareImage", Images] }, wait, trace, cancellationToken).ConfigureAwait(false);
        if (reply == AgentReply.Gone) return (null, null, true);
        if (reply.As<GetResponse>(out var fault) is not { } response) return (null, fault, false);
        var values = UspValues.Of(response, null);
        var active = values.FirstOrDefault(v => v.Path == DeviceInfo + "ActiveFirmwareImage")?.Value is { Length: > 0 } path ? path.TrimEnd('.') + "." : null;
        var spare = values.Select(ImageOf).FirstOrDefault(i => i is not null && i != active);
        return spare is null ? (null, FirmwareFaults.NoImages(UspModuleDescriptor.Id), false) : (spare, null, false);
    }

    private static string? ImageOf(ParameterValue value)
    {
        if (!value.Path.StartsWith(Images, StringComparison.Ordinal)) return null;
        var dot = value.Path.IndexOf('.', Images.Length);
        return dot > Images.Length && value.Path.AsSpan(Images.Length, dot - Images.Length).ContainsAnyExceptInRange('0', '9') is false ? value.Path[..(dot + 1)] : null;
    }
}
