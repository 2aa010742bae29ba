using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// One attempt on a device, with everything that can end it: its answer, its time-out, an operator, the loss of the lease, the end of the process.
/// It always comes to an end, also when the protocol's code does not.
/// </summary>
internal sealed partial class JobRun : IDisposable
{
    private enum Ending
    {
        None,
        Timeout,
        Cancelled,
        LeaseLost,
        Shutdown,
    }

    private readonly ClaimedJob job;
    private readonly ProtocolCatalog protocols;
    private readonly TimeSpan grace;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int ending;

    public JobRun(ClaimedJob job, ProtocolCatalog protocols, TimeSpan grace, ILogger logger) =>
        (this.job, this.protocols, this.grace, this.logger) = (job, protocols, grace, logger);

    public void Cancel() => End(Ending.Cancelled);

    public void Shutdown() => End(Ending.Shutdown);

    /// <summary>Runs the attempt. Null where nothing is to be written, because the lease is lost and the job is somebody else's.</summary>
    public async Task<Completion?> ExecuteAsync(TargetLoad? load)
    {
        using var lost = job.Lease.Lost.Register(() => End(Ending.LeaseLost));
        if (Prepare(load, out var module, out var arguments) is { } fault) return job.End(ProtocolOutcome.Failure(fault));

        using var span = JobTraces.Start(job);
        using var timeout = new Timer(_ => End(Ending.Timeout), null, job.Timeout, Timeout.InfiniteTimeSpan);
        // A thread of the pool, because nobody promises that the protocol does not block before its first await.
        var execution = Task.Run(() => module!.ExecuteAsync(job.KeepsTrace ? load!.Target! : load!.Target! with { KeepsTrace = false }, job.Operation, arguments!, stop.Token));
        await Task.WhenAny(execution, stopped.Task);
        if (!execution.IsCompleted) await Task.WhenAny(execution, Task.Delay(grace));
        if (!execution.IsCompleted)
        {
            LogAbandoned(job.Protocol, job.Operation, job.Id);
            _ = execution.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
        return await ConcludeAsync(execution);
    }

    public void Dispose()
    {
        // An abandoned execution may still look at the token; a source without a timer leaves nothing behind.
        if (Volatile.Read(ref ending) == 0) stop.Dispose();
    }

    private async Task<Completion?> ConcludeAsync(Task<ProtocolOutcome> execution)
    {
        var why = (Ending)Volatile.Read(ref ending);
        if (why == Ending.LeaseLost) return null;
        if (execution.IsCompleted)
        {
            try
            {
                var outcome = await execution;
                // It was done before it could be stopped: what happened on the device counts.
                if (outcome.Fault is null || why == Ending.None) return job.End(outcome);
            }
            catch (OperationCanceledException) when (why != Ending.None)
            {
                // As asked.
            }
            catch (Exception e) when (why == Ending.None)
            {
                LogDefect(e, job.Protocol, job.Operation, job.Id);
                return job.End(ProtocolOutcome.Failure(new ProtocolFault(FaultClass.Internal, "engine.exception",
                    "The product made a mistake while it ran this job. The server's log says more.", e.GetType().Name)));
            }
            catch (Exception e)
            {
                LogDefect(e, job.Protocol, job.Operation, job.Id);
            }
        }
        return why switch
        {
            Ending.Cancelled => job.Cancelled(),
            Ending.Shutdown => job.Released("The server that ran it shut down.", underWay: true),
            _ => job.End(ProtocolOutcome.Failure(new ProtocolFault(FaultClass.Timeout, "job.timeout",
                $"The job did not finish within {Words(job.Timeout)}. Give it a longer time-out, or see why the device is slow."))),
        };
    }

    private ProtocolFault? Prepare(TargetLoad? load, out IDialOutProtocol? module, out JsonObject? arguments)
    {
        arguments = null;
        module = protocols.Find(job.Protocol) as IDialOutProtocol;
        if (module is null) return new ProtocolFault(FaultClass.Invalid, "engine.unknown-protocol", $"This server does not know how to run jobs of the protocol \"{job.Protocol}\".");
        if (module.Descriptor.Operation(job.Operation) is null) return new ProtocolFault(FaultClass.Invalid, "engine.unknown-operation", $"{module.Descriptor.Name} has no operation \"{job.Operation}\".");
        if (load is null) return new ProtocolFault(FaultClass.Invalid, "engine.no-endpoint", $"This device has no {module.Descriptor.Name} address any more. Add it on the device's page.");
        if (load.Target is null) return new ProtocolFault(FaultClass.Invalid, "engine.secret-unreadable", load.Problem ?? "The device's credentials cannot be read.");
        try
        {
            arguments = JsonNode.Parse(job.Arguments) as JsonObject;
        }
        catch (JsonException)
        {
            // Reported below, as any other value that is no object.
        }
        return arguments is null ? new ProtocolFault(FaultClass.Invalid, "engine.bad-arguments", "The stored arguments of this job are damaged. Make a new job.") : null;
    }

    private void End(Ending why)
    {
        if (Interlocked.CompareExchange(ref ending, (int)why, 0) != 0) return;
        // Callbacks of the token run protocol code; they must not hold up whoever cancels.
        _ = Task.Run(() =>
        {
            try
            {
                stop.Cancel();
            }
            catch (AggregateException e)
            {
                LogDefect(e, job.Protocol, job.Operation, job.Id);
            }
            finally
            {
                stopped.TrySetResult();
            }
        });
    }

    private static string Words(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? $"{time.TotalMilliseconds:0} ms" : $"{time.TotalSeconds:0.#} s";

    [LoggerMessage(2301, LogLevel.Error, "{Protocol} {Operation} of job {Job} does not obey its cancellation; it was abandoned.")]
    private partial void LogAbandoned(string protocol, string operation, Guid job);

    [LoggerMessage(2302, LogLevel.Error, "{Protocol} {Operation} of job {Job} failed with an exception that nobody expected.")]
    private partial void LogDefect(Exception e, string protocol, string operation, Guid job);
}
