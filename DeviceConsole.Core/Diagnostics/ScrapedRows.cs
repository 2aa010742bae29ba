using DeviceConsole.Core.Data;
using Npgsql;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>Rows over all tenants for /metrics: asked of the database where the answer is older than a lifetime; an unreachable database leaves the old one.</summary>
internal sealed class ScrapedRows<T>(DataSources dataSources, TimeProvider time, TimeSpan lifetime, string query, Func<NpgsqlDataReader, T> read) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private IReadOnlyList<T> last = [];
    private long readAt = long.MinValue;

    /// <summary>The newest answer.</summary>
    public IReadOnlyList<T> Last => Volatile.Read(ref last);

    /// <summary>Asks again where it is time to.</summary>
    /// <returns>Null, or why the database did not answer.</returns>
    public async Task<string?> RefreshAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (readAt != long.MinValue && time.GetElapsedTime(readAt) < lifetime) return null;
            await using var command = dataSources.App.CreateCommand(query);
            command.CommandTimeout = 5;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            Volatile.Write(ref last, await reader.ListAsync(read, cancellationToken));
            readAt = time.GetTimestamp();
            return null;
        }
        catch (NpgsqlException e)
        {
            return e.Message;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();
}
