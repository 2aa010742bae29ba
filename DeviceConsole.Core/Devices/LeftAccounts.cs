using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Npgsql;

namespace DeviceConsole.Core.Devices;

/// <summary>The table of accounts that deleted endpoints left behind; a trigger fills it.</summary>
internal sealed class LeftAccounts(DataSources dataSources) : ILeftAccounts
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<LeftAccount>> ClaimAsync(string protocol, int most, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = dataSources.App.CreateCommand("SELECT id, device_id, account FROM sys.claim_left_accounts($1, $2)");
            command.Parameters.Add(Sql.Text(protocol));
            command.Parameters.Add(Sql.Int(most));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ListAsync(r => new LeftAccount(r.GetInt64(0), r.GetGuid(1), r.GetString(2)), cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // They are due still when the database is back.
            return [];
        }
    }

    /// <inheritdoc />
    public async Task DoneAsync(long id, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = dataSources.App.CreateCommand("SELECT sys.drop_left_account($1)");
            command.Parameters.Add(Sql.Long(id));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // It is claimed once more, and is no longer there then.
        }
    }
}
