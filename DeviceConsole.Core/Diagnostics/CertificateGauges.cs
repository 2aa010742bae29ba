using System.Collections.Concurrent;
using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>
/// Until when the certificates are good that devices and people meet: those of the TLS profiles, asked of the database at most once a minute,
/// and those that this node has seen at the installation's own public addresses.
/// </summary>
public sealed partial class CertificateGauges(DataSources dataSources, TimeProvider time, ILogger<CertificateGauges> logger) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> seen = new();
    private IReadOnlyList<(string Name, DateTimeOffset NotAfter)> stored = [];
    private long readAt = long.MinValue;

    /// <summary>Seconds that are left of each, by its name or address; below zero where it has expired.</summary>
    public IEnumerable<(string Certificate, double Seconds)> Last =>
        Volatile.Read(ref stored).Concat(seen.Select(s => (s.Key, s.Value))).Select(c => (c.Item1, (c.Item2 - time.GetUtcNow()).TotalSeconds));

    /// <summary>Notes what a public address shows.</summary>
    public void Saw(string address, DateTimeOffset notAfter) => seen[address] = notAfter;

    /// <summary>Asks again where the answer is older than a minute; an unreachable database leaves the old one.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (readAt != long.MinValue && time.GetElapsedTime(readAt) < Lifetime) return;
            await using var command = dataSources.App.CreateCommand("SELECT name, not_after FROM certificates c WHERE EXISTS (SELECT FROM tls_profiles p WHERE p.certificate_id = c.id)");
            command.CommandTimeout = 5;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            Volatile.Write(ref stored, await reader.ListAsync(r => (r.GetString(0), r.GetFieldValue<DateTimeOffset>(1)), cancellationToken));
            readAt = time.GetTimestamp();
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

    [LoggerMessage(9500, LogLevel.Warning, "The certificates for /metrics cannot be read ({Reason}); the last ones stay.")]
    private partial void LogUnreachable(string reason);
}
