using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>Raised alarms over all tenants, without naming any: what /metrics shows. Asked of the database at most every 5 s.</summary>
public sealed partial class AlarmGauges(DataSources dataSources, TimeProvider time, ILogger<AlarmGauges> logger) : IDisposable
{
    private readonly ScrapedRows<AlarmGauge> rows = new(dataSources, time, TimeSpan.FromSeconds(5), "SELECT severity, acknowledged, alarms FROM sys.alarm_gauges()", r => new(r.GetString(0), r.GetBoolean(1), r.GetInt64(2)));

    /// <summary>The newest answer.</summary>
    public IReadOnlyList<AlarmGauge> Last => rows.Last;

    /// <summary>Asks again where the answer is older than 5 s; an unreachable database leaves the old one.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (await rows.RefreshAsync(cancellationToken) is { } reason) LogUnreachable(reason);
    }

    /// <inheritdoc />
    public void Dispose() => rows.Dispose();

    [LoggerMessage(4001, LogLevel.Warning, "The number of alarms for /metrics cannot be read ({Reason}); the last one stays.")]
    private partial void LogUnreachable(string reason);
}

/// <summary>Raised alarms of one severity that are not suppressed.</summary>
public sealed record AlarmGauge(string Severity, bool Acknowledged, long Count);
