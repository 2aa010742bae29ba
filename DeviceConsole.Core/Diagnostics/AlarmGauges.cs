using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>Raised alarms over all tenants, without naming any: what /metrics shows. Asked of the database at most every 5 s.</summary>
public sealed partial class AlarmGauges(DataSources dataSources, TimeProvider time, ILogger<AlarmGauges> logger) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim turn = new(1, 1);
    private IReadOnlyList<AlarmGauge> last = [];
    private long readAt = long.MinValue;

    /// <summary>The newest answer.</summary>
    public IReadOnlyList<AlarmGauge> Last => Volatile.Read(ref last);

    /// <summary>Asks again where the answer is older than 5 s; an unreachable database leaves the old one.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (readAt != long.MinValue && time.GetElapsedTime(readAt) < Lifetime) return;
            readAt = time.GetTimestamp();
            await using var command = dataSources.App.CreateCommand("SELECT severity, acknowledged, alarms FROM sys.alarm_gauges()");
            command.CommandTimeout = 5;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            Volatile.Write(ref last, await reader.ListAsync(r => new AlarmGauge(r.GetString(0), r.GetBoolean(1), r.GetInt64(2)), cancellationToken));
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

    [LoggerMessage(4001, LogLevel.Warning, "The number of alarms for /metrics cannot be read ({Reason}); the last one stays.")]
    private partial void LogUnreachable(string reason);
}

/// <summary>Raised alarms of one severity that are not suppressed.</summary>
public sealed record AlarmGauge(string Severity, bool Acknowledged, long Count);
