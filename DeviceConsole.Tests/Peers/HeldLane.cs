using DeviceConsole.Tests.Jobs;
using Npgsql;

namespace DeviceConsole.Tests.Peers;

/// <summary>Holds a device's lane in the database, so that everything that moves a job of the device stands still until it is let go.</summary>
internal sealed class HeldLane : IAsyncDisposable
{
    private const string Waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    private readonly TestDatabase database;
    private readonly NpgsqlConnection connection;
    private NpgsqlTransaction? transaction;

    private HeldLane(TestDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction) => (this.database, this.connection, this.transaction) = (database, connection, transaction);

    public static async Task<HeldLane> HoldAsync(TestDatabase database, Guid device)
    {
        var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("SELECT 1 FROM lanes WHERE device_id = $1 FOR UPDATE", connection, transaction) { Parameters = { new() { Value = device } } };
        (await hold.ExecuteScalarAsync()).Should().Be(1, "the device has a lane");
        return new HeldLane(database, connection, transaction);
    }

    /// <summary>Waits until that many stand before it.</summary>
    public Task UntilWaitingAsync(int count) => JobWorld.UntilAsync(async () => await database.ScalarAsync<long>(Waiting) >= count, $"{count} wait for the lane", 30);

    public async Task ReleaseAsync()
    {
        if (transaction is null) return;
        await transaction.DisposeAsync();
        transaction = null;
    }

    public async ValueTask DisposeAsync()
    {
        await ReleaseAsync();
        await connection.DisposeAsync();
    }
}
