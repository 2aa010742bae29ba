using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>
/// The end of transfers. A firmware is done when the device runs the version that was meant, after its start, and not when it says that the transfer is
/// complete: images are refused after the download, and fall-back partitions start the old one.
/// </summary>
internal sealed class FirmwareCheck(IDeviceGateway gateway, IDeviceFiles files, TimeProvider time)
{
    private const string Started = TransferJobs.FirmwareStarted;

    /// <summary>The device reports the end of a transfer that a job waits for.</summary>
    public async Task TransferredAsync(DeviceSession device, SessionWork work, Inform inform, TransferComplete report, IReadOnlyList<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var outcome = CwmpJobs.Transferred(work.Operation, report);
        if (outcome.Fault is null && work.Operation == CwmpOperations.Upload) outcome = await ReceivedAsync(device, work, outcome, cancellationToken);
        if (outcome.Fault is null && await ExpectedAsync(device, work, cancellationToken) is { } expected)
        {
            var facts = new InformFacts(inform);
            var runs = facts.Facts.SoftwareVersion;
            if (runs != expected && !facts.IsBoot)
            {
                await gateway.TraceAsync(device, trace, cancellationToken);
                await gateway.WaitOnAsync(device, work, Started, $"The device has the firmware; waits for its start with version {expected}.", Until(work), cancellationToken);
                return;
            }
            outcome = Compare(expected, runs);
        }
        await gateway.CompleteAsync(device, work, outcome with { Trace = trace }, cancellationToken);
    }

    /// <summary>The device has started: firmware that it fetched before runs, or does not.</summary>
    public async Task StartedAsync(DeviceSession device, InformFacts facts, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 4 && await gateway.ResumeAsync(device, Started, cancellationToken) is { } work; i++)
        {
            var expected = await ExpectedAsync(device, work, cancellationToken);
            var outcome = expected is null ? ProtocolOutcome.Success([], $"The device has started; it runs version {facts.Facts.SoftwareVersion}.") : Compare(expected, facts.Facts.SoftwareVersion);
            if (!await gateway.CompleteAsync(device, work, outcome, cancellationToken)) return;
        }
    }

    /// <summary>Nothing was reported until the patience was over. What the device runs now tells all the same.</summary>
    public async Task<ProtocolOutcome> SilenceAsync(DeviceSession device, SessionWork work, Inform inform, CancellationToken cancellationToken)
    {
        var runs = new InformFacts(inform).Facts.SoftwareVersion;
        if (await ExpectedAsync(device, work, cancellationToken) is not { } expected || runs is null) return CwmpJobs.Silence(work.Operation);
        return runs == expected ? ProtocolOutcome.Success([], $"The device runs version {runs}. It never reported the end of the transfer.") : CwmpJobs.Silence(work.Operation);
    }

    private static ProtocolOutcome Compare(string expected, string? runs)
    {
        if (runs == expected) return ProtocolOutcome.Success([], $"The device runs version {runs}.");
        return ProtocolOutcome.Failure(runs is null ? CwmpFaults.VersionUnknown(expected) : CwmpFaults.OtherVersion(expected, runs));
    }

    // The job's own word, else the library's.
    private async Task<string?> ExpectedAsync(DeviceSession device, SessionWork work, CancellationToken cancellationToken)
    {
        if (work.Operation is not (CwmpOperations.Download or CwmpOperations.ScheduleDownload)) return null;
        var stored = work.Arguments.File("file") is { } id ? await files.FindAsync(device, id, cancellationToken) : null;
        var isFirmware = stored?.IsFirmware ?? TransferTypes.Of(work.Arguments, TransferTypes.Firmware) == TransferTypes.Firmware;
        if (!isFirmware) return null;
        return work.Arguments.Text("version")?.Trim() ?? (stored is { Version.Length: > 0 } ? stored.Version : null);
    }

    private async Task<ProtocolOutcome> ReceivedAsync(DeviceSession device, SessionWork work, ProtocolOutcome outcome, CancellationToken cancellationToken)
    {
        if (work.Arguments.Text("url") is not null) return outcome;
        return await files.ReceivedAsync(device, work.JobId, cancellationToken) is { } file
            ? ProtocolOutcome.Success([], FormattableString.Invariant($"{file.Name} came in, {file.Size:N0} bytes. It is among the device's files."))
            : ProtocolOutcome.Failure(CwmpFaults.NothingReceived());
    }

    private DateTimeOffset Until(SessionWork work) => time.GetUtcNow() + TimeSpan.FromMinutes(work.Arguments.Number("wait") ?? 60);
}
