using System.Threading.Channels;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Traps;

/// <summary>
/// Writes notifications into the devices' event logs, many at once, named by their tenant's MIBs; then tells whoever subscribed. What waits is bounded.
/// </summary>
internal sealed partial class TrapStore(DataSources dataSources, MibCache mibs, IEnumerable<ITrapSubscriber> subscribers, ILogger<TrapStore> logger) : DatabaseService
{
    /// <summary>The change feed's topic for notifications of a tenant; its keys are devices.</summary>
    public const string Topic = "traps";

    private const int Waiting = 50_000, AtOnce = 1_000;

    // A device that was deleted meanwhile tells nothing any more.
    private const string Insert =
        """
        WITH told AS (
            INSERT INTO device_events (tenant_id, device_id, id, at, protocol, kind, message, detail)
            SELECT $1, d.id, u.id, u.at, u.protocol, u.kind, u.message, u.detail::jsonb
            FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[]) AS u(device, id, at, protocol, kind, message, detail)
            JOIN devices d ON d.tenant_id = $1 AND d.id = u.device
            RETURNING device_id),
        keys AS MATERIALIZED (SELECT array_agg(DISTINCT device_id::text) AS list FROM told)
        SELECT sys.notify_change('events', $1, list), sys.notify_change('traps', $1, list) FROM keys WHERE list IS NOT NULL
        """;

    private readonly Channel<ReceivedNotification> queue = Channel.CreateBounded<ReceivedNotification>(new BoundedChannelOptions(Waiting) { SingleReader = true });

    /// <summary>Takes one; false where too many wait.</summary>
    public bool TryAdd(ReceivedNotification notification) => queue.Writer.TryWrite(notification);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(stoppingToken))
            {
                var taken = new List<ReceivedNotification>();
                while (taken.Count < AtOnce && queue.Reader.TryRead(out var one)) taken.Add(one);
                foreach (var tenant in taken.GroupBy(t => t.TenantId)) await TakeAsync(tenant.Key, [.. tenant], stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            if (queue.Reader.Count > 0) LogLeft(queue.Reader.Count);
        }
    }

    private async Task TakeAsync(Guid tenant, IReadOnlyList<ReceivedNotification> received, CancellationToken cancellationToken)
    {
        try
        {
            var tree = (await mibs.GetAsync(tenant, cancellationToken)).Tree;
            var traps = received.Select(r => TrapNames.Describe(tree, r)).ToList();
            await WriteAsync(tenant, traps, cancellationToken);
            foreach (var subscriber in subscribers) await TellAsync(subscriber, tenant, traps, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogLost(received.Count, e.Message);
        }
    }

    private async Task WriteAsync(Guid tenant, List<TrapNotification> traps, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(Insert, Sql.Uuid(tenant),
            Sql.Uuids([.. traps.Select(t => t.DeviceId)]), Sql.Uuids([.. traps.Select(t => Guid.CreateVersion7(t.At))]),
            Sql.Array<DateTime>([.. traps.Select(t => t.At.UtcDateTime)], NpgsqlDbType.TimestampTz), Sql.Texts([.. traps.Select(t => t.Protocol)]),
            Sql.Texts([.. traps.Select(t => t.Oid)]), Sql.Texts([.. traps.Select(t => t.Message)]), Sql.Texts([.. traps.Select(t => t.Detail)]));
        await batch.ExecuteAsync(cancellationToken);
    }

    private async Task TellAsync(ITrapSubscriber subscriber, Guid tenant, List<TrapNotification> traps, CancellationToken cancellationToken)
    {
        try
        {
            await subscriber.OnTrapsAsync(tenant, traps, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogSubscriber(subscriber.GetType().Name, e);
        }
    }

    [LoggerMessage(2801, LogLevel.Error, "{Count} notifications of devices could not be stored and are lost: {Reason}")]
    private partial void LogLost(int count, string reason);

    [LoggerMessage(2802, LogLevel.Warning, "{Count} notifications of devices were not stored any more before the stop.")]
    private partial void LogLeft(int count);

    [LoggerMessage(2803, LogLevel.Error, "{Subscriber} failed on notifications of devices.")]
    private partial void LogSubscriber(string subscriber, Exception exception);
}
