using System.Diagnostics;
using DeviceConsole.Core.Devices;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

// Jobs that this node takes while it enqueues them.
internal sealed partial class JobWorker
{
    // Ends that are being written: more than this, and nothing new is taken until the database has caught up.
    private const int MostEnding = 500;

    // What comes free with the next commit, and a queue that has just begun to fill, are waited for, so long for each job and no longer than a quarter of a
    // second: a batch that waits a moment spares the database a third of its work. A house full of long jobs, or a queue that stays, is not waited for.
    private static readonly TimeSpan PatiencePerJob = TimeSpan.FromMilliseconds(2.5), LongestPatience = TimeSpan.FromMilliseconds(250), ShortQueue = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lately = TimeSpan.FromMilliseconds(50);
    private readonly Lock gate = new();
    private TaskCompletionSource? pulse;
    private long waitingSince = Stopwatch.GetTimestamp();
    private int reserved;
    private long arrivals;
    private long lastEnded;
    private bool closed;

    // A job whose end is being written needs no slot any more.
    private int Free => writer.Pending > MostEnding ? 0 : options.Slots - Math.Max(0, runs.Count - writer.Pending) - Volatile.Read(ref reserved);

    /// <summary>
    /// Keeps slots for jobs that are about to be inserted, and only while nothing that was enqueued earlier waits for this node. Nobody else waits then, so
    /// the tenant's share is no limit, as it is none to a claim.
    /// </summary>
    public async ValueTask<HandedJobs?> ReserveAsync(Guid tenant, IReadOnlyList<NewJob> jobs)
    {
        var wanted = Math.Min(jobs.Count, options.Slots);
        var patience = PatiencePerJob * jobs.Count is var own && own < LongestPatience ? own : LongestPatience;
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var changed = NextPulse();
            var left = patience - Stopwatch.GetElapsedTime(began);
            lock (gate)
            {
                if (closed || node.Current is not { } lease) return null;
                var free = waiting ? 0 : Free;
                // Where jobs have ended a moment ago, more will in a moment; a batch that is taken in part sends its rest, and all behind it, through the queue.
                var moves = waiting ? Stopwatch.GetElapsedTime(waitingSince) < ShortQueue : writer.Pending > 0 || Stopwatch.GetElapsedTime(Volatile.Read(ref lastEnded)) < Lately;
                var last = left <= TimeSpan.Zero || !moves;
                if (free >= wanted || (free > 0 && last)) return Keep(tenant, jobs, Math.Min(free, wanted), lease);
                if (last) return null;
            }
            await changed.WaitAsync(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs those that were handed over; what is not goes its way through the queue.</summary>
    public void Begin(IReadOnlyList<(ClaimedJob Job, JobRun Run)> kept, IReadOnlySet<Guid> handed, IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad> targets)
    {
        var started = new List<(ClaimedJob Job, JobRun Run)>(kept.Count);
        foreach (var (job, run) in kept)
        {
            if (handed.Contains(job.Id))
            {
                metrics.Waited(job.Protocol, 0);
                started.Add((job, run));
                continue;
            }
            running.Remove(job.Tenant, job.Id);
            run.Dispose();
        }
        if (started.Count > 0) Start(started, targets);
        lock (gate) reserved -= kept.Count;
    }

    /// <summary>An insert whose fate is unknown may have left jobs that nobody runs.</summary>
    public void LookForOrphans()
    {
        claimFailed = true;
        Await();
    }

    /// <summary>Where handed jobs go.</summary>
    public Task<IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad>> ReadTargetsAsync(Guid tenant, NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        secrets.ReadTargetsAsync(tenant, reader, cancellationToken);

    private HandedJobs Keep(Guid tenant, IReadOnlyList<NewJob> jobs, int count, WorkerLease lease)
    {
        var kept = new (ClaimedJob, JobRun)[count];
        for (var i = 0; i < count; i++)
        {
            var (id, request) = (jobs[i].Id, jobs[i].Request);
            var job = new ClaimedJob(tenant, id, request.DeviceId, request.Protocol, request.Operation, jobs[i].Arguments, jobs[i].Idempotent, jobs[i].Timeout,
                1, request.MaxAttempts ?? NewJob.DefaultAttempts, lease);
            var run = new JobRun(job, protocols, options.CancelGrace, logger);
            running.Add(tenant, id, run.Cancel);
            kept[i] = (job, run);
        }
        reserved += count;
        return new HandedJobs(this, kept);
    }

    private void NoteWaiting()
    {
        if (!waiting) waitingSince = Stopwatch.GetTimestamp();
        waiting = true;
    }

    private Task NextPulse()
    {
        if (Volatile.Read(ref pulse) is { } there) return there.Task;
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref pulse, mine, null) ?? mine).Task;
    }

    private void PulseEnded()
    {
        Volatile.Write(ref lastEnded, Stopwatch.GetTimestamp());
        Pulse();
    }

    // Whoever waits for a slot looks again.
    private void Pulse() => Interlocked.Exchange(ref pulse, null)?.TrySetResult();

    // Nothing new is taken; what is being inserted right now still comes, so that the drain knows it.
    private async Task CloseAsync()
    {
        lock (gate)
        {
            closed = true;
            if (reserved == 0) return;
        }
        var began = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref reserved) > 0 && Stopwatch.GetElapsedTime(began) < options.ShutdownGrace) await Task.Delay(10, CancellationToken.None);
    }
}
