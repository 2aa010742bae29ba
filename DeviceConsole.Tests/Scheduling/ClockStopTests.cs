using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Scheduling;

/// <summary>A node with a clock is told to end while one of the clock's runs stands still in the database.</summary>
public sealed class ClockStopTests : IAsyncLifetime
{
    private const string Running = "SELECT count(*) FROM quartz.qrtz_fired_triggers WHERE state = 'EXECUTING'";

    private PostgresServer server = null!;
    private TestDatabase database = null!;
    private NpgsqlConnection holder = null!;
    private NpgsqlTransaction held = null!;
    private JobNode node = null!;

    public async Task InitializeAsync()
    {
        server = await PostgresServer.StartAsync();
        database = await server.CreateDatabaseAsync();
        holder = new NpgsqlConnection(database.SuperuserConnectionString + ";Pooling=false");
        await holder.OpenAsync();
        held = await holder.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("LOCK TABLE schedules IN ACCESS EXCLUSIVE MODE", holder, held);
        await hold.ExecuteNonQueryAsync();
        node = await JobNode.StartAsync(database.AppConnectionString, [], clock: true);
        await JobWorld.UntilAsync(async () => await database.ScalarAsync<long>(Running) > 0, "a run of the clock waits for the table", 60);
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        await holder.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task What_runs_ends_and_is_written_down_before_the_clock_stops()
    {
        var stop = node.StopAsync();
        stop.IsCompleted.Should().BeFalse();
        (await database.ScalarAsync<long>(Running)).Should().BePositive();

        await held.RollbackAsync();

        await stop.WaitAsync(TimeSpan.FromSeconds(30));
        (await database.ScalarAsync<long>("SELECT count(*) FROM quartz.qrtz_fired_triggers")).Should().Be(0);
    }

    [Fact]
    public async Task The_clock_stops_also_while_its_database_is_away()
    {
        await server.StopImmediatelyAsync();

        await node.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }
}
