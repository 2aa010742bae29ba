using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared.Live;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>One job that a component has asked for, followed until it ends. Without its values: they stay on the server.</summary>
/// <param name="jobs">Takes it.</param>
/// <param name="caller">Who asks.</param>
/// <param name="invoke">The component's InvokeAsync.</param>
/// <param name="render">The component's StateHasChanged.</param>
/// <param name="fail">The component's DispatchExceptionAsync.</param>
internal sealed class FollowedJob(JobService jobs, CurrentCaller caller, Func<Func<Task>, Task> invoke, Action render, Func<Exception, Task> fail) : IAsyncDisposable
{
    private LiveView? live;
    private bool isGone;

    /// <summary>The newest one; null before the first.</summary>
    public JobView? Job { get; private set; }

    /// <summary>Why it was not taken.</summary>
    public Problem? Problem { get; set; }

    /// <summary>True while it is being asked for.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>True until it has ended.</summary>
    public bool IsRunning => Job is { } job && !job.State.IsTerminal();

    /// <summary>Told when a job has ended.</summary>
    public Action<JobView>? Ended { get; set; }

    /// <summary>Begins to listen; once, after the first rendering.</summary>
    public async Task StartAsync(LiveFeed feed, TimeProvider time)
    {
        live = LiveView.Follow(feed.SubscribeJobs(await caller.GetAsync()), Apply, CatchUpAsync, invoke, render, fail, time);
        if (isGone) await live.DisposeAsync();
    }

    /// <summary>Asks for a job.</summary>
    public async Task AskAsync(JobRequest request)
    {
        if (IsAsking) return;
        IsAsking = true;
        try
        {
            var result = await jobs.EnqueueAsync(await caller.GetAsync(), request with { IdempotencyKey = $"mib-{Guid.NewGuid():N}" }, CancellationToken.None);
            Problem = result.Problem;
            if (!result.IsSuccess) return;
            Job = result.Value;
            // It may have ended already, or before it is known here.
            if (Job.State.IsTerminal()) Ended?.Invoke(Job);
            else await CatchUpAsync();
        }
        finally
        {
            IsAsking = false;
        }
    }

    /// <summary>Forgets the job.</summary>
    public void Clear() => (Job, Problem) = (null, null);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        if (live is not null) await live.DisposeAsync();
    }

    private bool Apply(IReadOnlyList<JobView> changes) => Job is { } job && changes.LastOrDefault(j => j.Id == job.Id) is { } change && Take(change);

    private bool Take(JobView fresh)
    {
        if (Job is not { } job || fresh.Id != job.Id || fresh.Revision <= job.Revision) return false;
        Job = fresh;
        if (!job.State.IsTerminal() && fresh.State.IsTerminal()) Ended?.Invoke(fresh);
        return true;
    }

    private async Task CatchUpAsync()
    {
        if (isGone || Job is not { } job || await jobs.HeadAsync(await caller.GetAsync(), job.Id, CancellationToken.None) is not { IsSuccess: true } fresh) return;
        Take(fresh.Value.Job);
    }
}
