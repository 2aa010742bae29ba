namespace DeviceConsole.Protocols.Cwmp.Admission;

/// <summary>
/// How long work waits for a thread of this process now: what a request has waited before it is seen, and waits again after every answer of the database. Measured
/// only when somebody asks, by one piece of work that is put at the end of the queue.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="queue">Puts a piece of work at the end of the queue.</param>
internal sealed class PoolLag(TimeProvider time, Action<Action> queue)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(10);

    // What was measured longer ago says nothing of now: on a node without calls nobody measures.
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100);

    // The moment at which the piece of work that is on its way was sent off; 0 where there is none.
    private long sent;
    private long ended;
    private long last;

    /// <summary>Of the thread pool.</summary>
    public PoolLag(TimeProvider time)
        : this(time, work => ThreadPool.UnsafeQueueUserWorkItem(static w => w(), work, preferLocal: false))
    {
    }

    /// <summary>The wait of the last piece of work, or of the one that waits still, whichever is longer; zero where nothing was measured lately.</summary>
    public TimeSpan Ask()
    {
        var now = time.GetTimestamp();
        var on = Interlocked.Read(ref sent);
        var since = time.GetElapsedTime(Interlocked.Read(ref ended), now);
        var known = since <= Fresh ? TimeSpan.FromTicks(Interlocked.Read(ref last)) : TimeSpan.Zero;
        if (on != 0) return time.GetElapsedTime(on, now) is var waits && waits > known ? waits : known;
        if (since < Often || Interlocked.CompareExchange(ref sent, now, 0) != 0) return known;
        queue(Arrived);
        return known;
    }

    private void Arrived()
    {
        var now = time.GetTimestamp();
        Interlocked.Exchange(ref last, time.GetElapsedTime(Interlocked.Read(ref sent), now).Ticks);
        Interlocked.Exchange(ref ended, now);
        Interlocked.Exchange(ref sent, 0);
    }
}
