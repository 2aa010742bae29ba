using DeviceConsole.Core.Data;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Traps;

/// <summary>
/// Writes notifications into the devices' event logs, named by their tenant's MIBs; then tells whoever subscribed. A database that is away is waited for,
/// and what the database cannot hold spoils nothing else.
/// </summary>
internal sealed partial class TrapWriter(DataSources dataSources, MibCache mibs, IEnumerable<ITrapSubscriber> subscribers, TimeProvider time, ILogger<TrapWriter> logger)
{
    // A device that was deleted meanwhile tells nothing any more. $9: tried before, and nobody knows whether that was stored.
    private const string Insert =
        """
        WITH told AS (
            INSERT INTO device_events (tenant_id, device_id, id, at, protocol, kind, message, detail)
            SELECT $1, d.id, u.id, u.at, u.protocol, u.kind, u.message, u.detail::jsonb
            FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[]) AS u(device, id, at, protocol, kind, message, detail)
            JOIN devices d ON d.tenant_id = $1 AND d.id = u.device
            WHERE NOT $9 OR NOT EXISTS (SELECT FROM device_events e WHERE e.tenant_id = $1 AND e.device_id = u.device AND e.at = u.at AND e.id = u.id)
            RETURNING device_id),
        keys AS MATERIALIZED (SELECT array_agg(DISTINCT device_id::text) AS list FROM told)
        SELECT sys.notify_change('events', $1, list), sys.notify_change('traps', $1, list) FROM keys WHERE list IS NOT NULL
        """;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Returns when they are stored and told.</summary>
    public async Task StoreAsync(Guid tenant, IReadOnlyList<ReceivedNotification> received, CancellationToken cancellationToken)
    {
        List<Row>? rows = null;
        List<Row> stored;
        for (var (pause, again) = (ShortestPause, false); ; pause = pause < LongestPause ? pause * 2 : LongestPause, again = true)
        {
            try
            {
                if (rows is null)
                {
                    var tree = (await mibs.GetAsync(tenant, cancellationToken)).Tree;
                    rows = [.. received.Select(r => new Row(Guid.CreateVersion7(r.At), TrapNames.Describe(tree, r)))];
                }

                stored = await WriteAsync(tenant, rows, again, cancellationToken);
                break;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogWaiting(received.Count, e.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
        }

        foreach (var subscriber in subscribers) await TellAsync(subscriber, tenant, [.. stored.Select(r => r.Trap)], cancellationToken);
    }

    // Those that were stored.
    private async Task<List<Row>> WriteAsync(Guid tenant, List<Row> rows, bool again, CancellationToken cancellationToken)
    {
        try
        {
            await InsertAsync(tenant, rows, again, cancellationToken);
            return rows;
        }
        // The values are wrong: also a database that comes back would not take them.
        catch (PostgresException e) when (e.SqlState[..2] is "22" or "23" or "42" or "54")
        {
            if (rows.Count == 1)
            {
                LogLost(rows[0].Trap.Oid, e.MessageText);
                return [];
            }

            // One of them cannot be stored: the halves tell which.
            var half = rows.Count / 2;
            return [.. await WriteAsync(tenant, rows[..half], again, cancellationToken), .. await WriteAsync(tenant, rows[half..], again, cancellationToken)];
        }
    }

    private async Task InsertAsync(Guid tenant, List<Row> rows, bool again, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(Insert, Sql.Uuid(tenant),
            Sql.Uuids([.. rows.Select(r => r.Trap.DeviceId)]), Sql.Uuids([.. rows.Select(r => r.Id)]),
            Sql.Array<DateTime>([.. rows.Select(r => r.Trap.At.UtcDateTime)], NpgsqlDbType.TimestampTz), Sql.Texts([.. rows.Select(r => r.Trap.Protocol)]),
            Sql.Texts([.. rows.Select(r => r.Trap.Oid)]), Sql.Texts([.. rows.Select(r => r.Trap.Message)]), Sql.Texts([.. rows.Select(r => r.Trap.Detail)]), Sql.Bool(again));
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

    [LoggerMessage(2801, LogLevel.Error, "A notification {Oid} could not be stored and is lost: {Reason}")]
    private partial void LogLost(string oid, string reason);

    [LoggerMessage(2803, LogLevel.Error, "{Subscriber} failed on notifications of devices.")]
    private partial void LogSubscriber(string subscriber, Exception exception);

    [LoggerMessage(2804, LogLevel.Warning, "{Count} notifications of devices wait for the database: {Reason}")]
    private partial void LogWaiting(int count, string reason);

    private readonly record struct Row(Guid Id, TrapNotification Trap);
}
