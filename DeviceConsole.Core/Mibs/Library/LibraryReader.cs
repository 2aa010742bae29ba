using DeviceConsole.Core.Data;
using Npgsql;

namespace DeviceConsole.Core.Mibs;

/// <summary>Reads a tenant's library within a transaction whose tenant is set.</summary>
internal readonly struct LibraryReader(NpgsqlConnection connection, NpgsqlTransaction transaction)
{
    /// <summary>Rows of one statement.</summary>
    public async Task<List<T>> ListAsync<T>(NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ListAsync(read, cancellationToken);
    }

    /// <summary>A statement without rows.</summary>
    public async Task RunAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
