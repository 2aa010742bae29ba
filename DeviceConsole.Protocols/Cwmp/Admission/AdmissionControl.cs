using DeviceConsole.Protocols.Cwmp.Session;

namespace DeviceConsole.Protocols.Cwmp.Admission;

/// <summary>
/// The ACS's door. A session that has begun is always served; a new one is let in while those that are there are quick (<see cref="AdaptiveLimit"/>), and refused at once otherwise, before it is
/// read, authenticated or looked up, with a moment to come back at (<see cref="RetryCalendar"/>). The nearer to the limit, the more a call must matter (<see cref="InformRank"/>).
/// </summary>
internal sealed class AdmissionControl
{
    /// <summary>The part of the limit that a rank may fill.</summary>
    private static readonly double[] Shares = [0.7, 0.8, 0.9, 1];

    /// <summary>So many requests at once are nobody's queue, whatever they take.</summary>
    public const int Few = 8;

    private readonly Lock gate = new();
    private readonly AdaptiveLimit limit;
    private readonly RetryCalendar calendar;
    private readonly CwmpSessions sessions;
    private readonly CwmpOptions options;
    private readonly TimeProvider time;
    private readonly PoolLag lag;
    private readonly Func<double> chance;
    private readonly long start;
    private int running;

    public AdmissionControl(CwmpSessions sessions, CwmpOptions options, TimeProvider time)
        : this(sessions, options, time, new PoolLag(time), Random.Shared.NextDouble)
    {
    }

    internal AdmissionControl(CwmpSessions sessions, CwmpOptions options, TimeProvider time, PoolLag lag, Func<double> chance)
    {
        (this.sessions, this.options, this.time, this.lag, this.chance) = (sessions, options, time, lag, chance);
        limit = new AdaptiveLimit(Math.Min(options.MaximumInforms, Few), options.MaximumInforms);
        calendar = new RetryCalendar(TimeSpan.FromSeconds(Math.Max(1, options.LongestRetryAfter)));
        start = time.GetTimestamp();
    }

    /// <summary>Requests that may be worked on at once, now.</summary>
    public int Limit
    {
        get
        {
            lock (gate) return limit.Limit;
        }
    }

    /// <summary>Requests that are being worked on.</summary>
    public int Running => Volatile.Read(ref running);

    /// <summary>How far ahead the refused ones are told to come back.</summary>
    public TimeSpan Backlog
    {
        get
        {
            lock (gate) return calendar.Backlog(Now);
        }
    }

    private TimeSpan Now => time.GetElapsedTime(start);

    /// <summary>A request of a session that has begun: it always goes on, and counts.</summary>
    public void Enter() => Interlocked.Increment(ref running);

    /// <summary>Such a request was answered.</summary>
    public void Leave() => Interlocked.Decrement(ref running);

    /// <summary>A new session, if it may begin; <see cref="End"/> it then. Otherwise the seconds after which it shall call again.</summary>
    public bool TryBegin(InformRank rank, out AdmittedInform admitted, out int retryAfter)
    {
        (admitted, retryAfter) = (default, 0);
        var waits = lag.Ask();
        lock (gate)
        {
            var now = Now;
            if (MayBegin(rank, waits))
            {
                Interlocked.Increment(ref running);
                calendar.Admitted(now);
                admitted = new AdmittedInform(now, waits);
                return true;
            }
            limit.Want();
            retryAfter = calendar.Book(rank >= InformRank.Returned, now, chance());
            return false;
        }
    }

    /// <summary>Its Inform was answered.</summary>
    public void End(AdmittedInform admitted)
    {
        lock (gate)
        {
            Interlocked.Decrement(ref running);
            var now = Now;
            limit.Ended(now - admitted.Began + admitted.Waited, now);
        }
    }

    /// <summary>When to come back after a failure, or after too many calls from one address, in seconds.</summary>
    public int Pause() => options.RetryAfter + (int)(chance() * (options.RetryAfter + 1));

    private bool MayBegin(InformRank rank, TimeSpan waits)
    {
        if (sessions.Count >= options.MaximumSessions) return false;
        var share = Shares[(int)rank];
        var now = Volatile.Read(ref running);
        if (now >= Math.Max(1, Math.Ceiling(limit.Limit * share))) return false;
        // Work that is queued already waits longer than a whole Inform should take: whoever is let in now would wait too. Where hardly anything runs here, that is nobody's queue but a pause of the process.
        return waits <= limit.Target * share || now < Few * share;
    }
}

/// <summary>An Inform that was let in.</summary>
/// <param name="Began">When.</param>
/// <param name="Waited">For how long it is likely to have waited before.</param>
internal readonly record struct AdmittedInform(TimeSpan Began, TimeSpan Waited);
