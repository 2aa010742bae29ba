using System.Threading.Channels;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Traps;

/// <summary>Notifications that wait to be stored: bounded, and stored many at once. What was taken is stored before a stop, where the database lets it.</summary>
internal sealed partial class TrapStore(TrapWriter writer, TimeProvider time, ILogger<TrapStore> logger) : DatabaseService
{
    /// <summary>The change feed's topic for notifications of a tenant; its keys are devices.</summary>
    public const string Topic = "traps";

    private const int Waiting = 50_000, AtOnce = 1_000;
    private static readonly TimeSpan LastMoments = TimeSpan.FromSeconds(5);

    private readonly Channel<ReceivedNotification> queue = Channel.CreateBounded<ReceivedNotification>(new BoundedChannelOptions(Waiting) { SingleReader = true });

    // Read, and not stored yet: a stop in the middle leaves them here.
    private readonly List<ReceivedNotification> held = new(AtOnce);

    /// <summary>Takes one; false where too many wait.</summary>
    public bool TryAdd(ReceivedNotification notification) => queue.Writer.TryWrite(notification);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(stoppingToken)) await TakeAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await FinishAsync();
        }
    }

    // Senders of informs were told that they are heard.
    private async Task FinishAsync()
    {
        queue.Writer.TryComplete();
        using var end = new CancellationTokenSource(LastMoments, time);
        try
        {
            while (held.Count + queue.Reader.Count > 0) await TakeAsync(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            LogLeft(held.Count + queue.Reader.Count);
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        while (held.Count < AtOnce && queue.Reader.TryRead(out var one)) held.Add(one);
        foreach (var tenant in held.GroupBy(t => t.TenantId).ToList())
        {
            await writer.StoreAsync(tenant.Key, [.. tenant], cancellationToken);
            held.RemoveAll(t => t.TenantId == tenant.Key);
        }
    }

    [LoggerMessage(2802, LogLevel.Warning, "{Count} notifications of devices were not stored any more before the stop.")]
    private partial void LogLeft(int count);
}
