namespace DeviceConsole.Web.Components.Shared.Time;

/// <summary>
/// One timer for all the times that a circuit shows: runs only while somebody listens.
/// </summary>
public sealed class Ticker(TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<Action> listeners = [];
    private ITimer? timer;

    /// <summary>The present moment.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Calls <paramref name="listener"/> every second, on a thread of the pool, until the result is disposed.</summary>
    public IDisposable Listen(Action listener)
    {
        lock (gate)
        {
            listeners.Add(listener);
            timer ??= time.CreateTimer(_ => Tick(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        }
        return new Leaving(this, listener);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
            listeners.Clear();
        }
    }

    private void Tick()
    {
        Action[] now;
        lock (gate) now = [.. listeners];
        foreach (var listener in now) listener();
    }

    private void Leave(Action listener)
    {
        lock (gate)
        {
            listeners.Remove(listener);
            if (listeners.Count > 0) return;
            timer?.Dispose();
            timer = null;
        }
    }

    private sealed class Leaving(Ticker ticker, Action listener) : IDisposable
    {
        public void Dispose() => ticker.Leave(listener);
    }
}
