using System.Collections.Concurrent;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// Commands. The report of an end may come before the answer to the request, while the job is being put aside, or in a later session.
internal sealed partial class AgentSession
{
    private readonly ConcurrentDictionary<string, RunningCommand> commands = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);

    private async Task OperateAsync(SessionWork work, OperateRequest request, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var command = commands[request.CommandKey] = new RunningCommand(NextId());
        var written = false;
        try
        {
            var reply = await RequestAsync(request, Wait(work), trace, cancellationToken, command.RequestId).ConfigureAwait(false);
            var outcome = Ended(request, reply, command, trace);
            if (outcome is not null) written = await EndAsync(work, outcome).ConfigureAwait(false);
            else if (reply != AgentReply.Gone) written = await PutAsideAsync(work, request, command, trace).ConfigureAwait(false);
        }
        finally
        {
            commands.TryRemove(new KeyValuePair<string, RunningCommand>(request.CommandKey, command));
            command.Settle(written);
        }
    }

    // Null where the command goes on, or nobody knows.
    private ProtocolOutcome? Ended(OperateRequest request, AgentReply reply, RunningCommand command, List<TraceEntry> trace)
    {
        if (command.End is { } end) return Outcome(end, trace);
        if (reply == AgentReply.Gone) return null;
        var outcome = reply.As<OperateResponse>(out var fault) is { } response ? UspOutcomes.Of(request, response) : ProtocolOutcome.Failure(fault!);
        return outcome is null ? null : outcome with { Trace = trace };
    }

    // A command that goes on by itself: its job is put aside, so that neither the device's lane nor a lost connection stands in its way.
    // True where its end was reported meanwhile, and is written.
    private async Task<bool> PutAsideAsync(SessionWork work, OperateRequest request, RunningCommand command, List<TraceEntry> trace)
    {
        var until = services.Time.GetUtcNow() + TimeSpan.FromMinutes(work.Arguments.Number("wait") ?? 60);
        var parked = new ParkedWork(request.CommandKey, $"The device works on {request.Command} and reports its end by itself.", until) { Trace = trace };
        if (!await gateway.ParkAsync(session, work, parked, CancellationToken.None).ConfigureAwait(false)) return false;
        // From here on a report finds the parked job. One that came meanwhile was given to this waiting instead.
        return !commands.TryRemove(new KeyValuePair<string, RunningCommand>(request.CommandKey, command)) && await FinishAsync(command.End!).ConfigureAwait(false);
    }

    // It can come before the answer to the request that began it, and after the session in which that was. False where this session may not tell anything
    // any more: without an acknowledgement the agent tells it again in its next one.
    private async Task<bool> TakeAsync(OperationComplete complete, CancellationToken cancellationToken)
    {
        if (commands.TryRemove(complete.CommandKey, out var command))
        {
            var settled = command.Finish(complete);
            // The answer to the request is not waited for any more.
            if (pending.TryRemove(command.RequestId, out var waiting)) waiting.TrySetResult(AgentReply.Gone);
            if (await settled.ConfigureAwait(false)) return true;
        }
        else if (complete.CommandKey.StartsWith(CommandKeyPrefix, StringComparison.Ordinal) && await FinishAsync(complete).ConfigureAwait(false))
        {
            return true;
        }
        if (complete is { CommandKey: ActivateKey, Failure: { } refused }) await FailFirmwareAsync(UspFaults.Of(complete.ObjectPath + complete.CommandName, refused)).ConfigureAwait(false);
        var end = complete.Failure is { } failure ? FormattableString.Invariant($"failed: {UspFaults.Sentence(failure.Code)}") : "has ended.";
        return await gateway.RaiseEventAsync(session, "operation-complete", $"{Short(complete.ObjectPath)}{Short(complete.CommandName)} {end}", Masked(complete.Output?.Values ?? new Dictionary<string, string>()), cancellationToken).ConfigureAwait(false);
    }

    // Ends the job that was put aside; false where there is none, or the session is not the device's any more.
    private async Task<bool> FinishAsync(OperationComplete complete) =>
        await gateway.ResumeAsync(session, complete.CommandKey, CancellationToken.None).ConfigureAwait(false) is { } resumed
        && await EndAsync(resumed, Outcome(complete, [])).ConfigureAwait(false);

    private ProtocolOutcome Outcome(OperationComplete complete, List<TraceEntry> trace)
    {
        trace.Add(UspTrace.Note(services.Time.GetUtcNow(), "OperationComplete", $"{complete.ObjectPath}{complete.CommandName} {complete.CommandKey}"));
        return UspOutcomes.Of(complete) with { Trace = trace };
    }
}
