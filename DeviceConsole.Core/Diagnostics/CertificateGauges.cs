using System.Collections.Concurrent;
using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>
/// Until when the certificates are good that devices and people meet: those of the TLS profiles, asked of the database at most once a minute,
/// and those that this node has seen at the installation's own public addresses.
/// </summary>
public sealed partial class CertificateGauges(DataSources dataSources, TimeProvider time, ILogger<CertificateGauges> logger) : IDisposable
{
    private readonly ScrapedRows<(string Name, DateTimeOffset NotAfter)> rows = new(dataSources, time, TimeSpan.FromMinutes(1), "SELECT name, not_after FROM certificates c WHERE EXISTS (SELECT FROM tls_profiles p WHERE p.certificate_id = c.id)", r => (r.GetString(0), r.GetFieldValue<DateTimeOffset>(1)));
    private readonly ConcurrentDictionary<string, DateTimeOffset> seen = new();

    /// <summary>Seconds that are left of each, by its name or address; below zero where it has expired.</summary>
    public IEnumerable<(string Certificate, double Seconds)> Last =>
        rows.Last.Concat(seen.Select(s => (s.Key, s.Value))).Select(c => (c.Item1, (c.Item2 - time.GetUtcNow()).TotalSeconds));

    /// <summary>Notes what a public address shows.</summary>
    public void Saw(string address, DateTimeOffset notAfter) => seen[address] = notAfter;

    /// <summary>Asks again where the answer is older than a minute; an unreachable database leaves the old one.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (await rows.RefreshAsync(cancellationToken) is { } reason) LogUnreachable(reason);
    }

    /// <inheritdoc />
    public void Dispose() => rows.Dispose();

    [LoggerMessage(9500, LogLevel.Warning, "The certificates for /metrics cannot be read ({Reason}); the last ones stay.")]
    private partial void LogUnreachable(string reason);
}
