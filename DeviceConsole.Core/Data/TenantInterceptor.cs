using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace DeviceConsole.Core.Data;

/// <summary>
/// Sets the tenant for everything that one context does. Outside a transaction the setting goes first in the same command
/// and its result is skipped; SaveChanges always runs in a transaction, on which it is set once. (A prefix in SaveChanges
/// would be counted as a changed row, and a change of a hidden row would look like a success.)
/// </summary>
public sealed class TenantInterceptor(Guid tenant) : DbCommandInterceptor, IDbTransactionInterceptor, ISaveChangesInterceptor
{
    private const string Parameter = "app_tenant";
    private const string SetTenant = $"SELECT set_config('app.tenant_id', @{Parameter}, true);\n";

    // EF Core reuses command objects, so what was prefixed is remembered only between executing and executed.
    private readonly HashSet<DbCommand> prefixed = [];

    /// <inheritdoc />
    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        eventData.Context!.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        return result;
    }

    /// <inheritdoc />
    public ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(SavingChanges(eventData, result));

    /// <inheritdoc />
    public DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        using var command = SetOn(connection, result);
        command.ExecuteNonQuery();
        return result;
    }

    /// <inheritdoc />
    public async ValueTask<DbTransaction> TransactionStartedAsync(DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        await using var command = SetOn(connection, result);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return result;
    }

    /// <inheritdoc />
    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        PrefixReader(command);
        return result;
    }

    /// <inheritdoc />
    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        PrefixReader(command);
        return new(result);
    }

    /// <inheritdoc />
    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        if (prefixed.Remove(command)) result.NextResult();
        return result;
    }

    /// <inheritdoc />
    public override async ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (!prefixed.Remove(command)) return result;
        try
        {
            await result.NextResultAsync(cancellationToken);
            return result;
        }
        catch
        {
            // EF Core has not got the reader yet and would not end it.
            await result.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        if (command.Transaction is null) Prefix(command);
        return result;
    }

    /// <inheritdoc />
    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(NonQueryExecuting(command, eventData, result));

    /// <inheritdoc />
    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result) =>
        throw new NotSupportedException("A scalar command would return the tenant setting's result; use a query.");

    /// <inheritdoc />
    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A scalar command would return the tenant setting's result; use a query.");

    /// <inheritdoc />
    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => prefixed.Remove(command);

    /// <inheritdoc />
    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        prefixed.Remove(command);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override void CommandCanceled(DbCommand command, CommandEndEventData eventData) => prefixed.Remove(command);

    /// <inheritdoc />
    public override Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        prefixed.Remove(command);
        return Task.CompletedTask;
    }

    private void PrefixReader(DbCommand command)
    {
        if (command.Transaction is not null) return;
        Prefix(command);
        prefixed.Add(command);
    }

    private void Prefix(DbCommand command)
    {
        command.CommandText = SetTenant + command.CommandText;
        command.Parameters.Add(new NpgsqlParameter<string>(Parameter, tenant.ToString()));
    }

    private DbCommand SetOn(DbConnection connection, DbTransaction transaction)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = SetTenant;
        command.Parameters.Add(new NpgsqlParameter<string>(Parameter, tenant.ToString()));
        return command;
    }
}
