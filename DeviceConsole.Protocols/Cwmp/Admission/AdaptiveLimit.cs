namespace DeviceConsole.Protocols.Cwmp.Admission;

/// <summary>
/// How many requests are good to be worked on at once, found out by their times. As long as an Inform takes about as long as it does on a node with nothing to do, more may come at once;
/// when it takes several times as long, it waits for others, and fewer do. A database that is slow by itself is no reason to let fewer in: where even the fewest take long,
/// that is what an Inform takes. Not for several threads at a time.
/// </summary>
internal sealed class AdaptiveLimit(int least, int most)
{
    /// <summary>How much longer an Inform may take than on an idle node.</summary>
    private const double Patience = 4;

    private const int Samples = 10;

    /// <summary>Times below this are good in any case.</summary>
    public static readonly TimeSpan Good = TimeSpan.FromMilliseconds(100);

    /// <summary>The times of so long are judged together.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    // At the least limit for so many windows: what is measured then is not the wait for others.
    private const int LearnAfter = 50;

    private double limit = Math.Clamp(most / 4.0, Math.Min(least, most), most);
    private double baseline;
    private double sum;
    private int count;
    private int atLeast;
    private bool wanted;
    private TimeSpan began;

    /// <summary>How many.</summary>
    public int Limit => (int)limit;

    /// <summary>How long an Inform may take before fewer are let in.</summary>
    public TimeSpan Target => baseline * Patience is var seconds && seconds > Good.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Good;

    /// <summary>More were there than could be let in: a higher limit would be used.</summary>
    public void Want() => wanted = true;

    /// <summary>An Inform was answered.</summary>
    /// <param name="took">After this time.</param>
    /// <param name="now">The time now, from any beginning.</param>
    public void Ended(TimeSpan took, TimeSpan now)
    {
        // A single one that hangs says nothing of the others.
        sum += Math.Min(took.TotalSeconds, Target.TotalSeconds * 10);
        count++;
        if (now - began < Window || (count < Samples && now - began < Window * 10)) return;
        Judge(sum / count);
        (sum, count, wanted, began) = (0, 0, false, now);
    }

    private void Judge(double mean)
    {
        // Downwards at once. Upwards only where nothing is held back by our own doing.
        if (baseline == 0 || mean < baseline) baseline = baseline == 0 ? mean : (baseline + mean) / 2;
        var target = Target.TotalSeconds;
        if (mean > target)
        {
            atLeast = Limit <= least ? atLeast + 1 : 0;
            if (atLeast >= LearnAfter) (baseline, atLeast) = (mean, 0);
            limit = Math.Max(Math.Min(least, most), limit * Math.Clamp(target / mean, 0.5, 0.9));
            return;
        }
        atLeast = 0;
        if (wanted) limit = Math.Min(most, limit + Math.Max(1, Math.Sqrt(limit) / 2));
    }
}
