using DeviceConsole.Core.Data;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Runs dial-out jobs on this node: claims as many as it has slots, executes them outside of any transaction, hands their ends to the
/// <see cref="CompletionWriter"/>. Wakes up by notification, and by itself in case one was lost.
/// </summary>
internal sealed partial class JobWorker : DatabaseService
{
    private static readonly TimeSpan OrphanInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SessionOrphanAge = TimeSpan.FromMinutes(1);
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<Guid, JobRun> runs = new();
    private readonly JobOptions options;
    private readonly NodeLease node;
    private readonly JobClaims claims;
    private readonly CompletionWriter writer;
    private readonly RunningJobs running;
    private readonly DeviceSecrets secrets;
    private readonly ProtocolCatalog protocols;
    private readonly JobMetrics metrics;
    private readonly TraceStore traces;
    private readonly ILogger<JobWorker> logger;
    private long orphansLooked = Stopwatch.GetTimestamp();
    private volatile bool claimFailed;

    // Something may wait in the queue that this node has not looked at since.
    private volatile bool waiting = true;

    public JobWorker(IOptions<JobOptions> options, NodeLease node, JobClaims claims, CompletionWriter writer, RunningJobs running, JobListener listener,
        DeviceSecrets secrets, ProtocolCatalog protocols, JobMetrics metrics, TraceStore traces, HandOver handOver, ILogger<JobWorker> logger)
    {
        (this.options, this.node, this.claims, this.writer, this.running) = (options.Value, node, claims, writer, running);
        (this.secrets, this.protocols, this.metrics, this.traces, this.logger) = (secrets, protocols, metrics, traces, logger);
        writer.MoreWaiting += Await;
        writer.Settled += PulseEnded;
        listener.Noticed += OnNoticed;
        listener.Missed += Await;
        node.CancelAsked += jobs =>
        {
            foreach (var job in jobs) running.Cancel(job);
        };
        handOver.Attach(this);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var lease = await node.WaitAsync(stoppingToken);
                if (!await StepAsync(lease, stoppingToken)) await IdleAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogClaimFailed(e.Message);
                claimFailed = true;
                // Nobody knows what waits; the next look comes after the pause, not at once.
                Suppose();
                await IdleAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }
        await CloseAsync();
        await DrainAsync();
    }

    // True where it pays to look again at once.
    private async Task<bool> StepAsync(WorkerLease lease, CancellationToken stoppingToken)
    {
        if (claimFailed || Stopwatch.GetElapsedTime(orphansLooked) > OrphanInterval) await AdoptOrphansAsync(lease, stoppingToken);
        int wanted;
        lock (gate)
        {
            wanted = Math.Min(Free, options.ClaimBatch);
            if (wanted <= 0) return false;
            reserved += wanted;
        }
        try
        {
            return await ClaimAsync(lease, wanted);
        }
        finally
        {
            lock (gate) reserved -= wanted;
        }
    }

    private async Task<bool> ClaimAsync(WorkerLease lease, int wanted)
    {
        var full = running.TenantsWith(Math.Max(1, (int)(options.Slots * options.TenantShare)));
        var seen = Volatile.Read(ref arrivals);
        // Not the stopping token: a claim that is under way is finished, so that its jobs are known and can be given back.
        var jobs = await claims.TakeAsync(lease, wanted, full, CancellationToken.None);
        foreach (var tenant in jobs.GroupBy(j => j.Tenant)) _ = StartAsync(tenant.Key, Enter([.. tenant.Select(j => (j, new JobRun(j, protocols, options.CancelGrace, logger)))]));
        lock (gate)
        {
            if (jobs.Count > 0) NoteWaiting();
            else if (arrivals == seen) waiting = false;
        }
        if (jobs.Count == 0) Pulse();
        return jobs.Count > 0;
    }

    // Every entry stands before a run can remove its own.
    private List<(ClaimedJob Job, JobRun Run)> Enter(List<(ClaimedJob Job, JobRun Run)> jobs)
    {
        foreach (var (job, run) in jobs)
        {
            running.Add(job.Tenant, job.Id, run.Cancel);
            runs[job.Id] = run;
        }
        return jobs;
    }

    private async Task StartAsync(Guid tenant, List<(ClaimedJob Job, JobRun Run)> jobs) => Launch(jobs, await LoadAsync(tenant, jobs.ConvertAll(static j => j.Job)));

    private void Start(List<(ClaimedJob Job, JobRun Run)> jobs, IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad> targets) => Launch(Enter(jobs), targets);

    private void Launch(List<(ClaimedJob Job, JobRun Run)> jobs, IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad>? targets) =>
        JobLaunch.Begin(jobs.Count, n =>
        {
            var (job, run) = jobs[n];
            var load = targets?.GetValueOrDefault((job.Device, job.Protocol));
            _ = EndAsync(job, run, load);
            // Neither throws: the thread has other jobs to start.
            if (targets is null) run.Release("The device's address could not be read from the database.", TimeSpan.FromSeconds(1));
            else run.Execute(load);
        });

    // Null where the addresses could not be read: the jobs go back to the queue.
    private async Task<IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad>?> LoadAsync(Guid tenant, List<ClaimedJob> jobs)
    {
        try
        {
            return await secrets.LoadTargetsAsync(tenant, [.. jobs.Select(j => (j.Device, j.Protocol))], CancellationToken.None);
        }
        catch (Exception e)
        {
            LogLoadFailed(e.Message);
            return null;
        }
    }

    private async Task EndAsync(ClaimedJob job, JobRun run, TargetLoad? load)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var completion = await run.Result;
            metrics.Ran(job.Protocol, started);
            if (completion is { Contact: Contact.Answered } && load is { IsJustSeen: true }) completion.Contact = Contact.Unknown;
            if (completion is not null && await writer.WriteAsync(completion)) await traces.WriteAsync(job, completion.Trace, null);
        }
        catch (Exception e)
        {
            // A defect of the engine itself; the job is found as an orphan and given back.
            LogDefect(e, job.Id);
        }
        finally
        {
            running.Remove(job.Tenant, job.Id);
            runs.TryRemove(job.Id, out _);
            run.Dispose();
            if (waiting) Wake();
        }
    }

    private async Task AdoptOrphansAsync(WorkerLease lease, CancellationToken cancellationToken)
    {
        var orphans = await claims.FindOrphansAsync(lease, running, SessionOrphanAge, cancellationToken);
        orphansLooked = Stopwatch.GetTimestamp();
        claimFailed = false;
        foreach (var orphan in orphans)
        {
            LogOrphan(orphan.Id);
            _ = writer.WriteAsync(orphan.Released("The claim's answer did not reach the server.", underWay: false));
        }
    }

    private async Task IdleAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.PollInterval * (0.75 + Random.Shared.NextDouble() / 2));
        try
        {
            await wake.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look.
        }
    }

    // Running jobs get a moment to finish; then they are stopped and go back to the queue for another node.
    private async Task DrainAsync()
    {
        LogDraining(runs.Count);
        var all = Task.WhenAll(runs.Values.Select(r => r.Ended));
        await Task.WhenAny(all, Task.Delay(options.ShutdownGrace));
        foreach (var run in runs.Values) run.Shutdown();
        await Task.WhenAll(runs.Values.Select(r => r.Ended));
    }

    private void OnNoticed(JobNotice notice)
    {
        if (notice.Queued) Await();
        if (!notice.Cancel || notice.Tenants is null) return;
        foreach (var (_, jobs) in notice.Tenants)
            foreach (var job in jobs ?? []) running.Cancel(job);
    }

    private void Await()
    {
        Suppose();
        Wake();
    }

    // Something may wait that this node has not seen.
    private void Suppose()
    {
        lock (gate)
        {
            arrivals++;
            NoteWaiting();
        }
    }

    private void Wake() => wake.Writer.TryWrite(true);

    [LoggerMessage(2401, LogLevel.Warning, "Jobs cannot be claimed ({Reason}); trying again.")]
    private partial void LogClaimFailed(string reason);

    [LoggerMessage(2402, LogLevel.Warning, "Addresses of devices cannot be read ({Reason}); their jobs go back to the queue.")]
    private partial void LogLoadFailed(string reason);

    [LoggerMessage(2403, LogLevel.Error, "The engine failed on job {Job}.")]
    private partial void LogDefect(Exception e, Guid job);

    [LoggerMessage(2404, LogLevel.Warning, "Job {Job} was claimed without this node's knowing; it goes back to the queue.")]
    private partial void LogOrphan(Guid job);

    [LoggerMessage(2405, LogLevel.Information, "No more jobs are claimed; {Count} are still running.")]
    private partial void LogDraining(int count);
}
