using System.Threading.Channels;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>A session that this node holds.</summary>
internal sealed class OpenSession : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int jobs;

    public OpenSession(DeviceSession session, DateTimeOffset openedAt)
    {
        (Session, OpenedAt) = (session with { Ended = ended.Token }, openedAt);
        // Whatever was queued before the session began waits already.
        Signal();
    }

    public DeviceSession Session { get; }

    /// <summary>On the database's clock: the partition of its row.</summary>
    public DateTimeOffset OpenedAt { get; }

    /// <summary>What kind of device it is, as far as it said; null where it did not.</summary>
    public DeviceModel? Model { get; set; }

    /// <summary>
    /// Handing out and ending take turns: a job whose end is being written still stands as running in the table, and would be handed out once more.
    /// Never disposed, for whoever waits for it may outlive the session; it holds no handle.
    /// </summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>Somebody waits for work: a session that stays open.</summary>
    public bool Waits { get; set; }

    /// <summary>Jobs that it was given.</summary>
    public int Jobs => Volatile.Read(ref jobs);

    public void CountJob() => Interlocked.Increment(ref jobs);

    public void Signal() => signal.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancellationToken) => await signal.Reader.ReadAsync(cancellationToken);

    /// <summary>Over for another reason than its own closing. Callbacks run protocol code, so not on the caller's thread.</summary>
    public void End() => _ = ended.CancelAsync();

    public void Dispose() => ended.Dispose();
}
