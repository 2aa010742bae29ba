namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Starts the jobs of a batch one after the other on one thread of the pool: most modules come back at once, with an exchange under way or with an answer,
/// and waking a thread for each costs more than that. Nobody promises it, though: where one start takes long, another thread goes on behind it.
/// </summary>
internal sealed class JobLaunch : IThreadPoolWorkItem, IDisposable
{
    // A start that takes longer than this is one that blocks.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly int count;
    private readonly Action<int> start;
    private readonly Timer? watch;
    private int next;
    private int seen;

    private JobLaunch(int count, Action<int> start)
    {
        (this.count, this.start) = (count, start);
        if (count > 1) watch = new Timer(static launch => ((JobLaunch)launch!).Look(), this, Patience, Patience);
    }

    /// <summary>Calls <paramref name="start"/> once for each number below <paramref name="count"/>, in order, on the pool.</summary>
    public static void Begin(int count, Action<int> start) => ThreadPool.UnsafeQueueUserWorkItem(new JobLaunch(count, start), preferLocal: false);

    void IThreadPoolWorkItem.Execute()
    {
        while (Interlocked.Increment(ref next) - 1 is var mine && mine < count) start(mine);
        Dispose();
    }

    /// <inheritdoc />
    public void Dispose() => watch?.Dispose();

    private void Look()
    {
        var now = Volatile.Read(ref next);
        if (now < count && Interlocked.Exchange(ref seen, now) == now) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
