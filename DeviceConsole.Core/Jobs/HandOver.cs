using DeviceConsole.Core.Devices;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// The way from <see cref="JobService"/> to this node's worker. A node that has room and nothing else to do takes what it enqueues in the statement that
/// enqueues it: the job stands in the table as running, under the worker's lease, from its first moment on. On a node without a worker nothing is taken.
/// </summary>
public sealed class HandOver
{
    private JobWorker? worker;

    internal void Attach(JobWorker target) => Volatile.Write(ref worker, target);

    /// <summary>Room for some of these jobs, the first ones; null where they have to go through the queue.</summary>
    internal ValueTask<HandedJobs?> ReserveAsync(Guid tenant, IReadOnlyList<NewJob> jobs) =>
        Volatile.Read(ref worker) is { } target && jobs.Count > 0 && Fits(jobs) ? target.ReserveAsync(tenant, jobs) : ValueTask.FromResult<HandedJobs?>(null);

    // What has a key may be there already, what has a time is not due yet, what calls in is its session's; a device runs one job at a time.
    private static bool Fits(IReadOnlyList<NewJob> jobs)
    {
        var devices = new HashSet<Guid>(jobs.Count);
        foreach (var job in jobs)
            if (job.SessionBound || job.Request.RunAt is not null || job.Request.IdempotencyKey is not null || !devices.Add(job.Request.DeviceId)) return false;
        return true;
    }
}

/// <summary>
/// Slots that are kept for jobs which are being inserted. The engine knows their ids already, so that nobody takes them for orphans between
/// their commit and their start. Disposed without <see cref="Start"/>: nobody knows what became of the insert, and the worker looks for what it left behind.
/// </summary>
internal sealed class HandedJobs(JobWorker worker, IReadOnlyList<(ClaimedJob Job, JobRun Run)> runs) : IDisposable
{
    private bool done;

    /// <summary>The first so many of the jobs may run at once.</summary>
    public int Count => runs.Count;

    public WorkerLease Lease => runs[0].Job.Lease;

    /// <summary>The insert is committed: runs what was handed over, and gives the other slots back.</summary>
    public void Start(IReadOnlySet<Guid> handed, IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad> targets)
    {
        done = true;
        worker.Begin(runs, handed, targets);
    }

    /// <summary>Nothing was inserted, for certain.</summary>
    public void Release() => Start(new HashSet<Guid>(), new Dictionary<(Guid, string), TargetLoad>());

    /// <summary>Where the jobs go, to be read in the transaction that inserts them.</summary>
    public NpgsqlBatchCommand[] TargetCommands() => DeviceSecrets.TargetCommands(runs[0].Job.Tenant, [.. runs.Select(r => (r.Job.Device, r.Job.Protocol))]);

    /// <summary>What <see cref="TargetCommands"/> gave.</summary>
    public Task<IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad>> ReadTargetsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        worker.ReadTargetsAsync(runs[0].Job.Tenant, reader, cancellationToken);

    public void Dispose()
    {
        if (done) return;
        Release();
        worker.LookForOrphans();
    }
}
