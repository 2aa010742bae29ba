using Npgsql;

namespace DeviceConsole.Core.Data;

/// <summary>
/// SQL on behalf of one tenant in one round trip: <c>set_config('app.tenant_id', …, true)</c> goes first in the same batch.
/// Without an explicit transaction the batch is one implicit transaction: all of it happens or none, and the setting ends
/// with it, so that nothing stays on the pooled connection.
/// </summary>
public sealed class TenantBatch : IAsyncDisposable
{
    private readonly NpgsqlBatch batch;

    /// <summary>A batch for <paramref name="tenant"/> on a connection of <paramref name="source"/>.</summary>
    public TenantBatch(NpgsqlDataSource source, Guid tenant)
    {
        batch = source.CreateBatch();
        batch.BatchCommands.Add(SetTenant(tenant));
    }

    /// <summary>
    /// A batch whose statements are planned once a connection, whatever their arrays hold: for those that run many times a second and find each row by its key,
    /// where making the plan anew costs more than what it finds.
    /// </summary>
    public static TenantBatch OfFixedPlans(NpgsqlDataSource source, Guid tenant) => new(source.CreateBatch(),
        Sql.Command("SELECT set_config('app.tenant_id', $1, true), set_config('plan_cache_mode', 'force_generic_plan', true)", Sql.Text(tenant.ToString())));

    private TenantBatch(NpgsqlBatch batch, NpgsqlBatchCommand first)
    {
        this.batch = batch;
        batch.BatchCommands.Add(first);
    }

    /// <summary>The statement that sets the tenant for the rest of the transaction.</summary>
    public static NpgsqlBatchCommand SetTenant(Guid tenant) =>
        Sql.Command("SELECT set_config('app.tenant_id', $1, true)", Sql.Text(tenant.ToString()));

    /// <summary>Adds one statement with positional parameters (<c>$1</c>, <c>$2</c> …), made by <see cref="Sql"/>.</summary>
    public TenantBatch Add(string statement, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        batch.BatchCommands.Add(Sql.Command(statement, parameters));
        return this;
    }

    /// <summary>Adds a statement that another service made (an audit row).</summary>
    public TenantBatch Add(NpgsqlBatchCommand command)
    {
        batch.BatchCommands.Add(command);
        return this;
    }

    /// <summary>Runs the batch; the reader stands on the first added statement's rows.</summary>
    public async Task<NpgsqlDataReader> ReadAsync(CancellationToken cancellationToken)
    {
        var reader = await batch.ExecuteReaderAsync(cancellationToken);
        try
        {
            await reader.NextResultAsync(cancellationToken);
            return reader;
        }
        catch
        {
            // Nobody else has the reader, and it holds the connection.
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the batch and reads every row of the first added statement.</summary>
    public async Task<List<T>> ListAsync<T>(Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await ReadAsync(cancellationToken);
        var rows = await reader.ListAsync(read, cancellationToken);
        await reader.FinishAsync(cancellationToken);
        return rows;
    }

    /// <summary>Runs the batch and reads the first row of the first added statement, or default.</summary>
    public async Task<T?> FirstAsync<T>(Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await ReadAsync(cancellationToken);
        var row = await reader.ReadAsync(cancellationToken) ? read(reader) : default;
        await reader.FinishAsync(cancellationToken);
        return row;
    }

    /// <summary>Runs the batch; the number of rows that its statements changed.</summary>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.FinishAsync(cancellationToken);
        return Math.Max(0, reader.RecordsAffected);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => batch.DisposeAsync();
}
