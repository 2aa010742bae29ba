using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>The queue over all tenants, without naming any: what /metrics shows. Asked of the database at most every 5 s.</summary>
public sealed partial class JobGauges(DataSources dataSources, TimeProvider time, ILogger<JobGauges> logger) : IDisposable
{
    private readonly ScrapedRows<JobGauge> rows = new(dataSources, time, TimeSpan.FromSeconds(5), "SELECT state, protocol, jobs, oldest_seconds FROM sys.job_gauges()", r => new(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetDouble(3)));

    /// <summary>The newest answer.</summary>
    public IReadOnlyList<JobGauge> Last => rows.Last;

    /// <summary>Asks again where the answer is older than 5 s; an unreachable database leaves the old one.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (await rows.RefreshAsync(cancellationToken) is { } reason) LogUnreachable(reason);
    }

    /// <inheritdoc />
    public void Dispose() => rows.Dispose();

    [LoggerMessage(3101, LogLevel.Warning, "The queue's numbers for /metrics cannot be read ({Reason}); the last ones stay.")]
    private partial void LogUnreachable(string reason);
}

/// <summary>Jobs of one state and protocol.</summary>
/// <param name="State">queued or running.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Count">How many.</param>
/// <param name="OldestSeconds">How long the oldest has been due, or has been running.</param>
public sealed record JobGauge(string State, string Protocol, long Count, double OldestSeconds);
