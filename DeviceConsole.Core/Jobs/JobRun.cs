using System.Diagnostics;
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
    private readonly TaskCompletionSource<Completion?> result = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration lost;
    private Timer? timeout;
    private Activity? span;
    private int ending;
    private int concluded;

    public JobRun(ClaimedJob job, ProtocolCatalog protocols, TimeSpan grace, ILogger logger) =>
        (this.job, this.protocols, this.grace, this.logger) = (job, protocols, grace, logger);

    /// <summary>The attempt's end. Null where nothing is to be written, because the lease is lost and the job is somebody else's.</summary>
    public Task<Completion?> Result => result.Task;

    /// <summary>The end is written, or was not to be; the run is disposed.</summary>
    public Task Ended => ended.Task;

    public void Cancel() => End(Ending.Cancelled);

    public void Shutdown() => End(Ending.Shutdown);

    /// <summary>
    /// Starts the attempt. It comes back when the protocol's code does, which nobody promises; <see cref="Result"/> comes in any case, and whoever waits
    /// for it goes on where it comes from: here, on a thread of the protocol, or on one of those that end it.
    /// </summary>
    public void Execute(TargetLoad? load)
    {
        // Stopped, and given up, before its turn came.
        if (Volatile.Read(ref concluded) != 0) return;
        if (Prepare(load, out var module, out var arguments) is { } fault)
        {
            Conclude(job.End(ProtocolOutcome.Failure(fault)));
            return;
        }
        lost = job.Lease.Lost.UnsafeRegister(static run => ((JobRun)run!).End(Ending.LeaseLost), this);
        timeout = new Timer(static run => ((JobRun)run!).End(Ending.Timeout), this, job.Timeout, Timeout.InfiniteTimeSpan);
        var execution = Call(module!, job.KeepsTrace ? load!.Target! : load!.Target! with { KeepsTrace = false }, arguments!);
        if (execution.IsCompleted) Conclude(execution);
        else _ = WaitAsync(execution);
    }

    /// <summary>Gives the job back without having tried it.</summary>
    public void Release(string reason, TimeSpan delay) => Conclude(job.Released(reason, underWay: false, delay));

    public void Dispose()
    {
        lost.Dispose();
        timeout?.Dispose();
        // An abandoned execution may still look at the token; a source without a timer leaves nothing behind.
        if (Volatile.Read(ref ending) == 0) stop.Dispose();
        ended.TrySetResult();
    }

    // The span is the attempt's own, not that of whatever the thread starts next.
    private Task<ProtocolOutcome> Call(IDialOutProtocol module, ProtocolTarget target, JsonObject arguments)
    {
        var before = Activity.Current;
        try
        {
            span = JobTraces.Start(job);
            return module.ExecuteAsync(target, job.Operation, arguments, stop.Token) ?? throw new InvalidOperationException("The module gave no task.");
        }
        catch (Exception e)
        {
            return Task.FromException<ProtocolOutcome>(e);
        }
        finally
        {
            if (span is not null) Activity.Current = before;
        }
    }

    private async Task WaitAsync(Task<ProtocolOutcome> execution)
    {
        await ((Task)execution).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Conclude(execution);
    }

    // One end only: that of the execution, or the one that was forced on it.
    private void Conclude(Completion? completion)
    {
        if (Interlocked.Exchange(ref concluded, 1) != 0) return;
        span?.Dispose();
        result.SetResult(completion);
    }

    private void Conclude(Task<ProtocolOutcome> execution)
    {
        if (Volatile.Read(ref concluded) != 0) return;
        Completion? completion;
        try
        {
            completion = Judge(execution, (Ending)Volatile.Read(ref ending));
        }
        catch (Exception e)
        {
            // An outcome that cannot even be read: the job ends anyway, and whoever called this goes on.
            completion = Mistaken(e);
        }
        Conclude(completion);
    }

    private Completion? Judge(Task<ProtocolOutcome> execution, Ending why)
    {
        if (why == Ending.LeaseLost) return null;
        // A module that breaks its contract and gives no outcome has made a mistake, as one that throws.
        if (execution.IsCompletedSuccessfully && execution.Result is { } outcome)
        {
            // It was done before it could be stopped: what happened on the device counts.
            if (outcome.Fault is null || why == Ending.None) return job.End(outcome);
        }
        else if (why == Ending.None || !execution.IsCanceled)
        {
            var e = execution.Exception?.InnerException ?? (execution.IsCanceled ? new TaskCanceledException(execution) : new InvalidOperationException("The module gave no outcome."));
            if (why == Ending.None) return Mistaken(e);
            if (e is not OperationCanceledException) LogDefect(e, job.Protocol, job.Operation, job.Id);
        }
        return Stopped(why);
    }

    private Completion Mistaken(Exception e)
    {
        LogDefect(e, job.Protocol, job.Operation, job.Id);
        return job.End(ProtocolOutcome.Failure(new ProtocolFault(FaultClass.Internal, "engine.exception",
            "The product made a mistake while it ran this job. The server's log says more.", e.GetType().Name)));
    }

    private Completion? Stopped(Ending why) => why switch
    {
        Ending.LeaseLost => null,
        Ending.Cancelled => job.Cancelled(),
        Ending.Shutdown => job.Released("The server that ran it shut down.", underWay: true),
        _ => job.End(ProtocolOutcome.Failure(new ProtocolFault(FaultClass.Timeout, "job.timeout",
            $"The job did not finish within {Words(job.Timeout)}. Give it a longer time-out, or see why the device is slow."))),
    };

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
        if (Interlocked.CompareExchange(ref ending, (int)why, 0) == 0) _ = Task.Run(() => StopAsync(why));
    }

    // Callbacks of the token run protocol code; they must not hold up whoever cancels. Code that does not obey is abandoned.
    private async Task StopAsync(Ending why)
    {
        try
        {
            await stop.CancelAsync();
        }
        catch (AggregateException e)
        {
            LogDefect(e, job.Protocol, job.Operation, job.Id);
        }
        await Task.WhenAny(result.Task, Task.Delay(grace));
        if (Volatile.Read(ref concluded) != 0) return;
        LogAbandoned(job.Protocol, job.Operation, job.Id);
        Conclude(Stopped(why));
    }

    private static string Words(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? $"{time.TotalMilliseconds:0} ms" : $"{time.TotalSeconds:0.#} s";

    [LoggerMessage(2301, LogLevel.Error, "{Protocol} {Operation} of job {Job} does not obey its cancellation; it was abandoned.")]
    private partial void LogAbandoned(string protocol, string operation, Guid job);

    [LoggerMessage(2302, LogLevel.Error, "{Protocol} {Operation} of job {Job} failed with an exception that nobody expected.")]
    private partial void LogDefect(Exception e, string protocol, string operation, Guid job);
}
