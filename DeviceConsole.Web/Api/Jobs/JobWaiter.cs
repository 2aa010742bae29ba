using System.Globalization;
using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Api.Jobs;

/// <summary>Enqueues a job and, where the caller wants to, waits for its end on the live feed.</summary>
public sealed class JobWaiter(JobService jobs, LiveFeed feed, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    // The feed tells of changes; this finds out about one that it lost.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>Reads <c>30s</c> or <c>30</c>; absent is no time at all.</summary>
    public static bool TryRead(string? text, out TimeSpan patience)
    {
        patience = TimeSpan.Zero;
        if (text is null) return true;
        if (!int.TryParse(text.EndsWith('s') ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > Longest.TotalSeconds) return false;
        patience = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>The job as it stands when it has ended or the patience is over.</summary>
    public async Task<Result<JobView>> EnqueueAsync(Caller caller, JobRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (patience == TimeSpan.Zero) return await jobs.EnqueueAsync(caller, request, cancellationToken);
        // Subscribed before the job exists, so that no change of it can be missed.
        await using var changes = feed.SubscribeJobs(caller);
        var made = await jobs.EnqueueAsync(caller, request, cancellationToken);
        if (!made.IsSuccess || made.Value.State.IsTerminal()) return made;

        using var patient = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patient.Token, cancellationToken);
        var ended = await WaitAsync(caller, made.Value.Id, changes, either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return ended ?? await ReadAsync(caller, made.Value.Id, cancellationToken) ?? made.Value;
    }

    private async Task<JobView?> WaitAsync(Caller caller, Guid id, LiveSubscription<JobView> changes, CancellationToken cancellationToken)
    {
        var looking = LookAsync(caller, id, cancellationToken);
        var listening = ListenAsync(caller, id, changes, cancellationToken);
        return await await Task.WhenAny(looking, listening);
    }

    private async Task<JobView?> ListenAsync(Caller caller, Guid id, LiveSubscription<JobView> changes, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var batch in changes.ReadAllAsync(cancellationToken))
            {
                var job = batch.Resync ? await ReadAsync(caller, id, cancellationToken) : batch.Changes.FirstOrDefault(j => j.Id == id);
                if (job is not null && job.State.IsTerminal()) return job;
            }
        }
        catch (OperationCanceledException)
        {
            // The patience is over: the caller gets the job as it stands.
        }
        return null;
    }

    private async Task<JobView?> LookAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Look, time, cancellationToken);
                if (await ReadAsync(caller, id, cancellationToken) is not { } job || job.State.IsTerminal()) return null;
            }
        }
        catch (OperationCanceledException)
        {
            // As above.
            return null;
        }
    }

    private async Task<JobView?> ReadAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(caller, id, cancellationToken);
        return job.IsSuccess ? job.Value.Job : null;
    }
}
