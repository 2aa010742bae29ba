using System.Diagnostics;
using DeviceConsole.Core.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// This node's lease: one row in <c>workers</c>, prolonged by a heartbeat on the database's clock, stands for every job that the node runs.
/// A node that finds its lease gone drops everything and takes a new id.
/// </summary>
internal sealed partial class NodeLease(DataSources dataSources, IOptions<JobOptions> options, ILogger<NodeLease> logger) : DatabaseService
{
    private readonly JobOptions options = options.Value;
    private TaskCompletionSource<WorkerLease> current = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The database names running jobs that somebody wants cancelled.</summary>
    public event Action<IReadOnlyList<Guid>>? CancelAsked;

    /// <summary>The lease, or null while there is none.</summary>
    public WorkerLease? Current => Volatile.Read(ref current).Task is { IsCompletedSuccessfully: true } task ? task.Result : null;

    /// <summary>The lease, as soon as there is one.</summary>
    public Task<WorkerLease> WaitAsync(CancellationToken cancellationToken) => Volatile.Read(ref current).Task.WaitAsync(cancellationToken);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var lease = new WorkerLease();
                var confirmed = await RegisterAsync(lease, stoppingToken);
                Volatile.Read(ref current).SetResult(lease);
                LogTaken(lease.Id);
                await HoldAsync(lease, confirmed, stoppingToken);
                Volatile.Write(ref current, new TaskCompletionSource<WorkerLease>(TaskCreationOptions.RunContinuationsAsynchronously));
                LogLost(lease.Id);
                lease.Lose();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await GiveUpAsync();
        }
    }

    // Returns when the lease is lost: the database says so, or it could not be asked for as long as a lease lasts.
    private async Task HoldAsync(WorkerLease lease, long confirmed, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(options.Heartbeat, cancellationToken);
            var sent = Stopwatch.GetTimestamp();
            try
            {
                if (!await BeatAsync(lease, cancellationToken)) return;
                confirmed = sent;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogBeatFailed(e.Message);
            }
            if (Stopwatch.GetElapsedTime(confirmed) > options.Lease) return;
        }
    }

    private async Task<bool> BeatAsync(WorkerLease lease, CancellationToken cancellationToken)
    {
        await using var command = dataSources.Completions.CreateCommand("SELECT alive, cancelled FROM sys.worker_heartbeat($1, $2)");
        command.CommandTimeout = (int)Math.Ceiling(options.Heartbeat.TotalSeconds);
        command.Parameters.Add(Sql.Uuid(lease.Id));
        command.Parameters.Add(Sql.Interval(options.Lease));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (!reader.GetBoolean(0)) return false;
        var cancelled = reader.GetFieldValue<Guid[]>(1);
        if (cancelled.Length > 0) CancelAsked?.Invoke(cancelled);
        return true;
    }

    private async Task<long> RegisterAsync(WorkerLease lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sent = Stopwatch.GetTimestamp();
            try
            {
                await using var command = dataSources.Completions.CreateCommand("INSERT INTO workers (id, node, version, lease_until) VALUES ($1, $2, $3, now() + $4)");
                command.Parameters.Add(Sql.Uuid(lease.Id));
                command.Parameters.Add(Sql.Text($"{Environment.MachineName}:{Environment.ProcessId}"));
                command.Parameters.Add(Sql.Text(DatabaseCheck.AppVersion.ToString(3)));
                command.Parameters.Add(Sql.Interval(options.Lease));
                await command.ExecuteNonQueryAsync(cancellationToken);
                return sent;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // The answer to the first try got lost; the row is ours.
                return sent;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogBeatFailed(e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(200, 1_000)), cancellationToken);
            }
        }
    }

    private async Task GiveUpAsync()
    {
        if (Current is not { } lease) return;
        try
        {
            await using var command = dataSources.Completions.CreateCommand("DELETE FROM workers WHERE id = $1");
            command.CommandTimeout = 3;
            command.Parameters.Add(Sql.Uuid(lease.Id));
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // The lease runs out by itself.
            LogBeatFailed(e.Message);
        }
    }

    [LoggerMessage(2101, LogLevel.Information, "This node works as {Worker}.")]
    private partial void LogTaken(Guid worker);

    [LoggerMessage(2102, LogLevel.Error, "The lease of {Worker} is lost; its jobs are dropped here and run elsewhere. Look for a stalled process or an unreachable database.")]
    private partial void LogLost(Guid worker);

    [LoggerMessage(2103, LogLevel.Warning, "The heartbeat did not reach the database ({Reason}).")]
    private partial void LogBeatFailed(string reason);
}
