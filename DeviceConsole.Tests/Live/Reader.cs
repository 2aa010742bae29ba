using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Live;

/// <summary>A subscriber that keeps everything it hears.</summary>
internal sealed class Reader : IAsyncDisposable
{
    private readonly LiveSubscription<JobView> subscription;
    private readonly Task reading;
    private readonly List<JobView> jobs = [];
    private int resyncs;

    public Reader(LiveFeed feed, Caller caller)
    {
        subscription = feed.SubscribeJobs(caller);
        reading = Task.Run(ReadAsync);
    }

    public int Resyncs => Volatile.Read(ref resyncs);

    public IReadOnlyList<JobView> Jobs
    {
        get
        {
            lock (jobs) return [.. jobs];
        }
    }

    public async Task<JobView> WaitForAsync(Guid id, JobState state)
    {
        JobView? found = null;
        await JobWorld.UntilAsync(() => Task.FromResult((found = Jobs.FirstOrDefault(j => j.Id == id && j.State == state)) is not null), $"{id} is seen {state}");
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await subscription.DisposeAsync();
        await reading;
    }

    private async Task ReadAsync()
    {
        await foreach (var batch in subscription.ReadAllAsync(CancellationToken.None))
        {
            if (batch.Resync) Interlocked.Increment(ref resyncs);
            lock (jobs) jobs.AddRange(batch.Changes);
        }
    }
}
