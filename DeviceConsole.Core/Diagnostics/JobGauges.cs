using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>The queue over all tenants, without naming any: what /metrics shows. Asked of the database at most every 5 s.</summary>
public sealed partial class JobGauges(DataSources dataSources, TimeProvider time, ILogger<JobGauges> logger) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim turn = new(1, 1);
    private IReadOnlyList<JobGauge> last = [];
    private long readAt = long.MinValue;

    /// <summary>The newest answer.</summary>
    public IReadOnlyList<JobGauge> Last => Volatile.Read(ref last);

    /// <summary>Asks again where the answer is older than 5 s; an unreachable database leaves the old one.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (readAt != long.MinValue && time.GetElapsedTime(readAt) < Lifetime) return;
            readAt = time.GetTimestamp();
            await using var command = dataSources.App.CreateCommand("SELECT state, protocol, jobs, oldest_seconds FROM sys.job_gauges()");
            command.CommandTimeout = 5;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            Volatile.Write(ref last, await reader.ListAsync(r => new JobGauge(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetDouble(3)), cancellationToken));
        }
        catch (NpgsqlException e)
        {
            LogUnreachable(e.Message);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();

    [LoggerMessage(3101, LogLevel.Warning, "The queue's numbers for /metrics cannot be read ({Reason}); the last ones stay.")]
    private partial void LogUnreachable(string reason);
}

/// <summary>Jobs of one state and protocol.</summary>
/// <param name="State">queued or running.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Count">How many.</param>
/// <param name="OldestSeconds">How long the oldest has been due, or has been running.</param>
public sealed record JobGauge(string State, string Protocol, long Count, double OldestSeconds);
