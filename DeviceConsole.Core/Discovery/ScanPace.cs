namespace DeviceConsole.Core.Discovery;

/// <summary>Turns at an even pace: never more than so many in a second, whoever asks. What was not used is not made up for.</summary>
internal sealed class ScanPace(int perSecond, TimeProvider time)
{
    private readonly long step = time.TimestampFrequency / perSecond;
    private readonly Lock gate = new();
    private long next;

    /// <summary>Waits for a turn.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (next < now) next = now;
            wait = time.GetElapsedTime(now, next);
            next += step;
        }
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
    }
}
