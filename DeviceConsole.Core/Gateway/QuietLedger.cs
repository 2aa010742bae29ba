using System.Threading.Channels;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Writes sessions in which nothing happened, many in one statement ten times a second. Nobody waits for it: no job, no value and no event hangs on such a
/// row, and a process that dies loses those of the last tenth of a second.
/// </summary>
internal sealed partial class QuietLedger(DataSources dataSources, SessionLedger ledger, TimeProvider time, ILogger<QuietLedger> logger) : DatabaseService
{
    private const int BatchSize = 500;
    private const int Capacity = 20_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // $2 devices, $3 ids, $4 opened, $5 closed, $6 protocols, $7 transports, $8 remotes, $9 node of each, $10 reasons, $11 failed. Rows that others write too are locked in the devices' order.
    private const string Statement =
        """
        WITH e AS MATERIALIZED (
            SELECT u.* FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::uuid[], $10::text[], $11::boolean[])
                AS u(device, id, opened, closed, protocol, transport, remote, node, reason, failed)),
        mine AS MATERIALIZED (
            SELECT c.device_id, c.last_contact_at FROM device_contacts c WHERE c.tenant_id = $1 AND c.device_id = ANY ($2) ORDER BY c.device_id FOR NO KEY UPDATE),
        told AS (
            INSERT INTO device_sessions (tenant_id, device_id, id, opened_at, protocol, transport, remote, node, closed_at, reason, failed)
            SELECT $1, e.device, e.id, e.opened, e.protocol, e.transport, e.remote, e.node, e.closed, e.reason, e.failed FROM e JOIN mine m ON m.device_id = e.device),
        seen AS (
            UPDATE device_contacts c SET last_contact_at = now() FROM mine m
            WHERE c.tenant_id = $1 AND c.device_id = m.device_id AND m.last_contact_at < now() - interval '10 s')
        UPDATE device_endpoints p SET last_contact_at = now() FROM (SELECT DISTINCT e.device, e.protocol FROM e) d
        WHERE p.tenant_id = $1 AND p.device_id = d.device AND p.protocol = d.protocol AND (p.last_contact_at IS NULL OR p.last_contact_at < now() - interval '10 s')
        """;

    private readonly Channel<QuietSession> queue = Channel.CreateBounded<QuietSession>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <summary>Adds one; waits only where far more are to be written than the database takes.</summary>
    public async ValueTask AddAsync(QuietSession session)
    {
        if (queue.Writer.TryWrite(session)) return;
        try
        {
            await queue.Writer.WriteAsync(session);
        }
        catch (ChannelClosedException)
        {
            // After the stop what still ends is written by itself.
            await WriteAsync(session.Session.TenantId, [session]);
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { } running) await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => WriteAllAsync(stoppingToken), CancellationToken.None);

    private async Task WriteAllAsync(CancellationToken stoppingToken)
    {
        var batch = new List<QuietSession>(BatchSize);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (true)
            {
                batch.Clear();
                while (batch.Count < BatchSize && queue.Reader.TryRead(out var session)) batch.Add(session);
                if (batch.Count == 0) break;
                foreach (var tenant in batch.GroupBy(s => s.Session.TenantId)) await WriteAllAsync(tenant.Key, [.. tenant]);
            }
        }
    }

    private async Task WriteAllAsync(Guid tenant, QuietSession[] sessions)
    {
        try
        {
            await WriteAsync(tenant, sessions);
        }
        catch (PostgresException) when (sessions.Length > 1)
        {
            // One that the database refuses must not take the others with it.
            foreach (var session in sessions) await WriteAllAsync(tenant, [session]);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            LogLost(sessions.Length, e.Message);
        }
    }

    private async Task WriteAsync(Guid tenant, QuietSession[] sessions)
    {
        await using var batch = TenantBatch.OfFixedPlans(dataSources.Devices, tenant);
        batch.Add(Statement, Sql.Uuid(tenant), Sql.Uuids([.. sessions.Select(s => s.Session.DeviceId)]), Sql.Uuids([.. sessions.Select(s => s.Session.Id)]),
            Times(sessions.Select(s => s.Ending.OpenedAt)), Times(sessions.Select(s => s.ClosedAt)), Sql.Texts([.. sessions.Select(s => s.Session.Protocol)]),
            Sql.Texts([.. sessions.Select(s => s.Transport)]), Sql.Texts([.. sessions.Select(s => s.Remote?.ToString())]), Sql.Uuids([.. sessions.Select(s => s.Session.Node)]),
            Sql.Texts([.. sessions.Select(s => s.Ending.Reason)]), Sql.Array([.. sessions.Select(s => s.Ending.Failed)], NpgsqlDbType.Boolean));
        if (sessions.Where(s => s.Ending.Trace.Count > 0).Select(s => s.Ending).ToArray() is { Length: > 0 } traced) batch.Add(TraceStore.Commands(tenant, traced));
        await batch.ExecuteAsync(CancellationToken.None);
        foreach (var session in sessions) ledger.Changed(tenant, session.Session.DeviceId);
    }

    private static NpgsqlParameter Times(IEnumerable<DateTimeOffset> moments) => Sql.Array([.. moments.Select(m => m.UtcDateTime)], NpgsqlDbType.TimestampTz);

    [LoggerMessage(9301, LogLevel.Warning, "{Count} sessions in which nothing happened could not be written down ({Reason}).")]
    private partial void LogLost(int count, string reason);
}
