using System.Threading.Channels;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// A walk over one subtree, given page by page as the device answers; a page is what one answer held. Enumerate it once, or
/// call <see cref="CollectAsync"/> once. The next request is sent before the page is handed out.
/// </summary>
public sealed class SnmpWalk : IAsyncEnumerable<ReadOnlyMemory<VarBind>>
{
    private const int PagesAhead = 64;

    private readonly WalkPump pump;

    internal SnmpWalk(SnmpClient client, SnmpPeer peer, ObjectIdentifier root, int limit) => pump = new WalkPump(client, peer, root, limit);

    /// <summary>How it ended; null before the last page was taken.</summary>
    public SnmpWalkEnd? End { get; private set; }

    /// <summary>Gives the pages. A slow reader holds the walk back, after 64 pages.</summary>
    public async IAsyncEnumerator<ReadOnlyMemory<VarBind>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pages = Channel.CreateBounded<ReadOnlyMemory<VarBind>>(new BoundedChannelOptions(PagesAhead) { SingleReader = true, SingleWriter = true });
        var run = PumpInto(pages.Writer, stop.Token);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)) yield return page;
            End = await run.ConfigureAwait(false);
        }
        finally
        {
            // The reader may have left early: then the pump ends here, and nothing is sent after it. It ends on the receiving thread,
            // where the reader must not go on.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
        }
    }

    /// <summary>Reads the whole walk; its end is in <see cref="End"/>.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<VarBind>>> CollectAsync(CancellationToken cancellationToken = default)
    {
        var pages = new List<ReadOnlyMemory<VarBind>>();
        try
        {
            End = await pump.RunAsync(page => { pages.Add(page); return default; }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The pump ends on the receiving thread; the caller must not go on there.
            await Task.Yield();
        }

        return pages;
    }

    private async Task<SnmpWalkEnd> PumpInto(ChannelWriter<ReadOnlyMemory<VarBind>> writer, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            return await pump.RunAsync(page => writer.WriteAsync(page, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            writer.Complete(failure);
        }
    }
}
