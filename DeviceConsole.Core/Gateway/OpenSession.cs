using System.Threading.Channels;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>A session that this node holds.</summary>
internal sealed class OpenSession : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private DeviceSession session;
    private SemaphoreSlim? taking;
    private int jobs;

    public OpenSession(DeviceSession session, DateTimeOffset openedAt)
    {
        (this.session, OpenedAt) = (session with { Ended = ended.Token }, openedAt);
        IsTaken = !session.IsQuiet;
        // Whatever was queued before the session began waits already.
        Signal();
    }

    public DeviceSession Session => Volatile.Read(ref session);

    /// <summary>On the database's clock: the partition of its row.</summary>
    public DateTimeOffset OpenedAt { get; }

    /// <summary>False while the session is in this node's memory alone: a device that calls in to ask for work is mostly gone again before anybody else has to know of it.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Set until it was seen that the device's endpoint is still as it was remembered: when that was changed last.</summary>
    public DateTimeOffset? Unproved { get; set; }

    /// <summary>The endpoint has changed since it was remembered: the device gets nothing in this session.</summary>
    public bool IsWrong { get; set; }

    /// <summary>One takes it at a time. Made when somebody does: most sessions are taken as they begin, or never.</summary>
    public SemaphoreSlim Taking => taking ?? Interlocked.CompareExchange(ref taking, new SemaphoreSlim(1, 1), null) ?? taking;

    /// <summary>How it came.</summary>
    public string Transport { get; init; } = "";

    /// <summary>Where it came from.</summary>
    public System.Net.IPAddress? Remote { get; init; }

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

    /// <summary>It is in the database now.</summary>
    public void Took(OpenedSession opened)
    {
        Volatile.Write(ref session, session with { Epoch = opened.Epoch, HasParked = opened.HasParked });
        IsTaken = true;
    }

    public void CountJob() => Interlocked.Increment(ref jobs);

    public void Signal() => signal.Writer.TryWrite(true);

    /// <summary>Until somebody signals. Where the session is over it comes back at once: whoever asks for work then gets none.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (await signal.Reader.WaitToReadAsync(cancellationToken)) signal.Reader.TryRead(out _);
    }

    /// <summary>Over for another reason than its own closing. Callbacks run protocol code, so not on the caller's thread.</summary>
    public void End()
    {
        _ = ended.CancelAsync();
        signal.Writer.TryComplete();
    }

    public void Dispose() => ended.Dispose();
}
