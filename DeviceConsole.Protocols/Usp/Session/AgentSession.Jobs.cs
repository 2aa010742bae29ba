using System.Collections.Concurrent;
using System.Threading.Channels;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// The jobs of the agent's device.
internal sealed partial class AgentSession
{
    private const string CommandKeyPrefix = "dc-";

    private readonly ConcurrentDictionary<Guid, Task> jobs = new(concurrencyLevel: 1, capacity: 1);
    private readonly Channel<bool> jobEnded = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // The engine hands out one job at a time. A job that an operator cancelled is over for the engine while its answer is still awaited here,
    // so the next one does not wait for that. An agent that sends garbage is asked no more, but a job that was being fetched for it learns of that:
    // one that is always a little later than the first garbage would wait for ever.
    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        Task? work = null, ended = null;
        do
        {
            if (await gateway.NextWorkAsync(session, cancellationToken).ConfigureAwait(false) is { } next)
            {
                Start(next, cancellationToken);
                continue;
            }
            work ??= gateway.WaitForWorkAsync(session, cancellationToken);
            ended ??= jobEnded.Reader.ReadAsync(cancellationToken).AsTask();
            var first = await Task.WhenAny(work, ended, spoiling.Task).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            if (first == work) work = null;
            else if (first == ended) ended = null;
        } while (spoilt is null && !cancellationToken.IsCancellationRequested);
        workedOff.TrySetResult();
        // The transport says why and closes.
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
    }

    private void Start(SessionWork work, CancellationToken cancellationToken)
    {
        var run = RunAsync(work, cancellationToken);
        jobs[work.JobId] = run;
        _ = run.ContinueWith(_ =>
        {
            jobs.TryRemove(new KeyValuePair<Guid, Task>(work.JobId, run));
            jobEnded.Writer.TryWrite(true);
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task RunAsync(SessionWork work, CancellationToken cancellationToken)
    {
        var trace = new List<TraceEntry>();
        try
        {
            if (work.Operation == FirmwareForm.Id)
            {
                if (work.Continuation is null) await DownloadAsync(work, trace, cancellationToken).ConfigureAwait(false);
                else if (await FirmwareSilenceAsync(work, trace, cancellationToken).ConfigureAwait(false) is { } silence)
                    await gateway.CompleteAsync(session, work, silence with { Trace = trace }, CancellationToken.None).ConfigureAwait(false);
            }
            else if (work.Continuation is not null)
                await gateway.CompleteAsync(session, work, ProtocolOutcome.Failure(UspFaults.NoEnd(work.Arguments.Text("command") ?? work.Operation)), CancellationToken.None).ConfigureAwait(false);
            else if (UspArguments.Request(work.Operation, work.Arguments, $"{CommandKeyPrefix}{work.JobId:N}") is var request && request is OperateRequest operate)
                await OperateAsync(work, operate, trace, cancellationToken).ConfigureAwait(false);
            else if (await ExecuteAsync(work, request, trace, cancellationToken).ConfigureAwait(false) is { } outcome)
                await gateway.CompleteAsync(session, work, outcome with { Trace = trace }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The session ends and gives the job back.
        }
        catch (Exception e)
        {
            LogDefect(services.Logger, session.DeviceId, work.Operation, e);
            var fault = new ProtocolFault(FaultClass.Internal, "usp.defect", "This product failed on the agent's answer. The server's log says why.");
            await gateway.CompleteAsync(session, work, ProtocolOutcome.Failure(fault) with { Trace = trace }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // Null where nothing is to be written: the connection went away.
    private async Task<ProtocolOutcome?> ExecuteAsync(SessionWork work, UspBody request, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var reply = await RequestAsync(request, Wait(work), trace, cancellationToken).ConfigureAwait(false);
        if (reply == AgentReply.Gone) return null;
        var outcome = UspOutcomes.Of(request, reply, model);
        return outcome.Fault is null && request is AddRequest ? await CompleteAddAsync(work, outcome, trace, cancellationToken).ConfigureAwait(false) : outcome;
    }

    // The new instance has more parameters than were given.
    private async Task<ProtocolOutcome?> CompleteAddAsync(SessionWork work, ProtocolOutcome added, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var path = added.Values[0].Path;
        var reply = await RequestAsync(new GetRequest { ParamPaths = [path] }, Wait(work), trace, cancellationToken).ConfigureAwait(false);
        return reply.As<GetResponse>(out _) is { } response ? added with { Values = UspValues.Of(response, model) } : added with { Values = [.. added.Values.Skip(1)] };
    }

    // The engine ends the job at its deadline; the agent's own sentence comes shortly before.
    private TimeSpan Wait(SessionWork work)
    {
        var left = work.Deadline - services.Time.GetUtcNow() - TimeSpan.FromMilliseconds(250);
        return left < patience ? TimeSpan.FromMilliseconds(Math.Max(50, left.TotalMilliseconds)) : patience;
    }

    [Microsoft.Extensions.Logging.LoggerMessage(3110, Microsoft.Extensions.Logging.LogLevel.Error, "The job {Operation} of device {Device} met a defect.")]
    private static partial void LogDefect(Microsoft.Extensions.Logging.ILogger logger, Guid device, string operation, Exception exception);
}
