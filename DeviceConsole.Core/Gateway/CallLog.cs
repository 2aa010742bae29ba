using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Records calls that were not let in. The same caller with the same reason is one row with a count, gathered in memory and written twice a second, so that
/// a storm of them costs a bounded number of rows and writes.
/// </summary>
internal sealed partial class CallLog(DataSources dataSources, JobMetrics metrics, TimeProvider time, ILogger<CallLog> logger) : DatabaseService
{
    private const int MaximumHeld = 2_000, MaximumRows = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private const string Upsert =
        """
        INSERT INTO call_attempts AS c (tenant_id, id, protocol, identity, remote, transport, outcome, reason, calls)
        SELECT $1, u.* FROM unnest($2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::integer[]) AS u
        ORDER BY 2
        ON CONFLICT (tenant_id, id) DO UPDATE SET calls = CASE WHEN c.calls > 1000000000 THEN c.calls ELSE c.calls + excluded.calls END, last_at = now()
        """;

    private const string Trim =
        """
        DELETE FROM call_attempts c WHERE c.tenant_id = $1 AND c.last_at < (
            SELECT k.last_at FROM call_attempts k WHERE k.tenant_id = $1 ORDER BY k.last_at DESC OFFSET $2 LIMIT 1)
        """;

    private readonly ConcurrentDictionary<AttemptNote, int> held = new();
    private long dropped;

    /// <summary>Counts one attempt.</summary>
    public void Add(AttemptNote note)
    {
        if (!note.Pending) metrics.Refused(note.Protocol);
        if (held.Count >= MaximumHeld && !held.ContainsKey(note)) Interlocked.Increment(ref dropped);
        else held.AddOrUpdate(note, 1, static (_, n) => n + 1);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await FlushAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is held now is a picture of the last half second; it is not worth holding up the stop.
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (held.IsEmpty) return;
        var notes = held.ToArray();
        foreach (var (note, _) in notes) held.TryRemove(note, out _);
        if (Interlocked.Exchange(ref dropped, 0) is > 0 and var lost) LogDropped(lost);
        foreach (var tenant in notes.GroupBy(n => n.Key.Tenant))
        {
            try
            {
                await WriteAsync(tenant.Key, [.. tenant], cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogFailed(e.Message);
            }
        }
    }

    private async Task WriteAsync(Guid tenant, KeyValuePair<AttemptNote, int>[] notes, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(Upsert, Sql.Uuid(tenant), Sql.Array([.. notes.Select(n => Key(n.Key))], NpgsqlDbType.Bytea), Texts(notes, n => n.Protocol), Texts(notes, n => n.Identity),
            Texts(notes, n => n.Remote?.ToString()), Texts(notes, n => n.Transport), Texts(notes, n => n.Pending ? "pending" : "refused"), Texts(notes, n => n.Reason),
            Sql.Array([.. notes.Select(n => n.Value)], NpgsqlDbType.Integer));
        batch.Add(Trim, Sql.Uuid(tenant), Sql.Int(MaximumRows));
        batch.Add(SessionStatements.Changed, Sql.Text("calls"), Sql.Uuid(tenant), Sql.Texts([]));
        await batch.ExecuteAsync(cancellationToken);
    }

    private static NpgsqlParameter Texts(KeyValuePair<AttemptNote, int>[] notes, Func<AttemptNote, string?> text) =>
        Sql.Texts([.. notes.Select(n => text(n.Key) is { } value ? Short(value) : null)]);

    private static string Short(string text) => FaultJson.Storable(text.Length <= 500 ? text : text[..500]);

    private static byte[] Key(AttemptNote note) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{note.Protocol}\n{note.Identity}\n{note.Remote}\n{note.Pending}\n{note.Reason}"))[..16];

    [LoggerMessage(2631, LogLevel.Warning, "{Count} refused calls of devices were not recorded one by one: too many different ones at once.")]
    private partial void LogDropped(long count);

    [LoggerMessage(2632, LogLevel.Warning, "Refused calls of devices could not be recorded: {Reason}")]
    private partial void LogFailed(string reason);
}
