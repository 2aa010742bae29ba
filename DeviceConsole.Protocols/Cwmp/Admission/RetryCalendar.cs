namespace DeviceConsole.Protocols.Cwmp.Admission;

/// <summary>
/// When a device that is refused shall come back. Each is given the next free place in a line that is as long as the backlog takes at the rate at which sessions are served now: the
/// devices come back one after the other, as many a second as can be served, and not as a wave. Those that came back and were refused again have a line of their own,
/// so that they do not begin anew at the long one's end. Not for several threads at a time.
/// </summary>
internal sealed class RetryCalendar(TimeSpan longest)
{
    /// <summary>The shortest wait: Retry-After has whole seconds.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>As long as nothing has been measured: sessions a second.</summary>
    public const double FirstRate = 100;

    // Some more than were served lately are asked to come: what the refusals cost is free once they end, and a device that never comes back leaves no hole.
    private const double Optimism = 1.25;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan[] free = new TimeSpan[2];
    private TimeSpan began;
    private int admitted;
    private bool refused;

    /// <summary>Sessions that can be served a second, as far as it is known.</summary>
    public double Rate { get; private set; } = FirstRate;

    /// <summary>How far ahead places are taken.</summary>
    public TimeSpan Backlog(TimeSpan now) => Max(Max(free[0], free[1]) - now, TimeSpan.Zero);

    /// <summary>A session was let in.</summary>
    public void Admitted(TimeSpan now)
    {
        admitted++;
        Measure(now);
    }

    /// <summary>A device is refused; when it shall come back, in whole seconds.</summary>
    /// <param name="returned">It was refused before.</param>
    /// <param name="now">The time now, from any beginning.</param>
    /// <param name="chance">A random number from 0 to 1, 1 excluded.</param>
    public int Book(bool returned, TimeSpan now, double chance)
    {
        refused = true;
        Measure(now);
        ref var next = ref free[returned ? 1 : 0];
        next = Max(next, now + Shortest) + TimeSpan.FromSeconds(1 / (Rate * Optimism));
        if (next - now > longest) next = now + longest;
        // Rounded up or down by chance, so that on the average it is the place in the line; and a tenth more or less, for those that were refused in the same moment.
        var wait = (next - now).TotalSeconds;
        var seconds = wait < longest.TotalSeconds ? wait * (0.95 + (0.1 * chance)) : wait * (0.5 + (0.5 * chance));
        return Math.Clamp((int)(seconds + ((chance * 7919) % 1)), (int)Shortest.TotalSeconds, (int)longest.TotalSeconds);
    }

    // While devices are refused, what is served is what can be served. Otherwise it is at least that, and places that nobody needs are given back.
    private void Measure(TimeSpan now)
    {
        var passed = now - began;
        if (passed < Window) return;
        var rate = admitted / passed.TotalSeconds;
        if (passed > Window * 8) rate = Math.Max(rate, Rate);
        else if (refused) rate = (Rate * 0.7) + (rate * 0.3);
        else for (var i = 0; i < free.Length; i++) free[i] = Max(free[i] - passed, now);
        Rate = refused ? Math.Max(rate, 1) : Math.Max(rate, Rate);
        (began, admitted, refused) = (now, 0, false);
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
