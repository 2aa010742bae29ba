using System.Collections.Concurrent;
using System.Threading.Channels;
using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Ends of sessions, and notices that sessions changed, many in one transaction: when thousands of devices call for a moment each, a commit and a
/// notification of their own (PostgreSQL lets one transaction with a notification commit at a time) would be most of what they cost.
/// </summary>
internal sealed partial class SessionLedger(DataSources dataSources, TimeProvider time, ILogger<SessionLedger> logger) : DatabaseService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Channel<SessionEnding> queue = Channel.CreateUnbounded<SessionEnding>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<(Guid Tenant, Guid Device), bool> changed = new();

    /// <summary>Writes the end of a session; returns when it is committed.</summary>
    public async Task EndAsync(SessionEnding ending)
    {
        // After the stop there is nobody to wait for: what still ends is written by itself.
        if (queue.Writer.TryWrite(ending)) await ending.Written;
        else await WriteAsync(ending.Session.TenantId, [ending]);
    }

    /// <summary>A device's sessions changed: whoever looks at them is told within a tenth of a second.</summary>
    public void Changed(Guid tenant, Guid device) => changed[(tenant, device)] = true;

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { } running) await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Task.Run(EndAllAsync, CancellationToken.None), TellAllAsync(stoppingToken));

    private async Task EndAllAsync()
    {
        var batch = new List<SessionEnding>(BatchSize);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            Take(batch);
            // A full batch goes at once; a smaller one waits a moment for company.
            if (batch.Count < BatchSize && !queue.Reader.Completion.IsCompleted)
            {
                await Task.Delay(Linger, time, CancellationToken.None);
                Take(batch);
            }
            await Parallel.ForEachAsync(batch.GroupBy(e => e.Session.TenantId), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (tenant, _) => await WriteAllAsync(tenant.Key, [.. tenant]));
        }
    }

    private void Take(List<SessionEnding> batch)
    {
        while (batch.Count < BatchSize && queue.Reader.TryRead(out var ending)) batch.Add(ending);
    }

    private async Task WriteAllAsync(Guid tenant, SessionEnding[] endings)
    {
        try
        {
            await WriteAsync(tenant, endings);
            foreach (var ending in endings) ending.Done();
        }
        catch (PostgresException) when (endings.Length > 1)
        {
            // One that the database refuses must not take the others with it.
            foreach (var ending in endings) await WriteAllAsync(tenant, [ending]);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            foreach (var ending in endings) ending.Fail(e);
        }
    }

    private async Task WriteAsync(Guid tenant, SessionEnding[] endings)
    {
        // One order of devices for everybody who writes many rows of connections.
        Array.Sort(endings, static (a, b) => a.Session.DeviceId.CompareTo(b.Session.DeviceId));
        var (devices, protocols) = (Sql.Uuids([.. endings.Select(e => e.Session.DeviceId)]), Sql.Texts([.. endings.Select(e => e.Session.Protocol)]));
        await using (var batch = new TenantBatch(dataSources.Devices, tenant))
        {
            batch.Add(SessionStatements.CloseAll, Sql.Uuid(tenant), devices, protocols, Sql.Uuids([.. endings.Select(e => e.Session.Node)]), Sql.Array([.. endings.Select(e => e.Session.Epoch)], NpgsqlDbType.Bigint))
                .Add(SessionStatements.ConcludeAll, Sql.Uuid(tenant), Sql.Uuids([.. endings.Select(e => e.Session.Id)]), Sql.Array([.. endings.Select(e => e.OpenedAt.UtcDateTime)], NpgsqlDbType.TimestampTz),
                    Sql.Texts([.. endings.Select(e => e.Reason)]), Sql.Array([.. endings.Select(e => e.Failed)], NpgsqlDbType.Boolean), Sql.Array([.. endings.Select(e => e.Jobs)], NpgsqlDbType.Integer));
            if (endings.Where(e => e.Trace.Count > 0).ToArray() is { Length: > 0 } traced) batch.Add(TraceStore.Commands(tenant, traced));
            await batch.ExecuteAsync(CancellationToken.None);
        }
        // In a transaction of its own: it locks lanes, and whoever opens a session locks the lane before the connection.
        await using var rest = new TenantBatch(dataSources.Devices, tenant);
        rest.Add(SessionStatements.WakeAllForRest, Sql.Uuid(tenant), Sql.Uuids([.. endings.Select(e => e.Session.DeviceId)]), Sql.Texts([.. endings.Select(e => e.Session.Protocol)]));
        await rest.ExecuteAsync(CancellationToken.None);
        foreach (var ending in endings) Changed(tenant, ending.Session.DeviceId);
    }

    private async Task TellAllAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TellAsync();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await TellAsync();
        }
    }

    private async Task TellAsync()
    {
        if (changed.IsEmpty) return;
        var now = changed.Keys.ToArray();
        foreach (var key in now) changed.TryRemove(key, out _);
        foreach (var tenant in now.GroupBy(k => k.Tenant))
        {
            try
            {
                await using var batch = new TenantBatch(dataSources.Devices, tenant.Key);
                batch.Add(SessionStatements.Changed, Sql.Text("sessions"), Sql.Uuid(tenant.Key), Sql.Texts([.. tenant.Select(k => k.Device.ToString())]));
                await batch.ExecuteAsync(CancellationToken.None);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException)
            {
                // Pages look again by themselves after a while.
                LogUntold(e.Message);
            }
        }
    }

    [LoggerMessage(9300, LogLevel.Warning, "Pages could not be told that sessions changed ({Reason}).")]
    private partial void LogUntold(string reason);
}
