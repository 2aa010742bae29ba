using System.Threading.Channels;

namespace DeviceConsole.Core.Live;

/// <summary>
/// A stream of changes for one subscriber. Subscribe first, read the snapshot second, then apply the changes whose revision
/// is higher than the copy's: nothing falls between the two. Whoever subscribes disposes.
/// </summary>
public sealed class LiveSubscription<T> : IAsyncDisposable
{
    private readonly Channel<LiveBatch<T>> channel;
    private readonly Action<LiveSubscription<T>> leave;
    private int lost;

    internal LiveSubscription(int capacity, Action<LiveSubscription<T>> leave)
    {
        channel = Channel.CreateBounded<LiveBatch<T>>(new BoundedChannelOptions(capacity) { SingleReader = true });
        this.leave = leave;
    }

    /// <summary>The changes as they come. A batch that says <see cref="LiveBatch{T}.Resync"/> means: some were lost, read the snapshot again.</summary>
    public async IAsyncEnumerable<LiveBatch<T>> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return Interlocked.Exchange(ref lost, 0) != 0 ? new LiveBatch<T>([], true) : batch;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        leave(this);
        channel.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    // A reader that is too slow loses changes and is told so; it never holds up the feed or its memory.
    internal void Offer(LiveBatch<T> batch)
    {
        if (channel.Writer.TryWrite(batch)) return;
        Interlocked.Exchange(ref lost, 1);
        // The reader may have emptied the channel in between, and would wait for the next change to hear of the loss.
        channel.Writer.TryWrite(new LiveBatch<T>([], true));
    }
}

/// <summary>Changes that were committed together, newest state of each.</summary>
/// <param name="Changes">The changed things.</param>
/// <param name="Resync">True where changes may have been missed: read the snapshot again.</param>
public sealed record LiveBatch<T>(IReadOnlyList<T> Changes, bool Resync);
