using System.Globalization;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Release;

/// <summary>deploy/pitr.sh with a real pgBackRest: a cluster goes back to the moment before a mistake, and what waited in it is held.</summary>
public sealed class PointInTimeTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("dcpitr").FullName;
    private PostgresServer server = null!;
    private TestDatabase database = null!;

    public async Task InitializeAsync()
    {
        server = await PostgresServer.StartAsync("fsync=off");
        database = await server.CreateDatabaseAsync();
        // The cluster's owner writes here.
        if (Environment.IsPrivilegedProcess) await Script.OutputAsync("/", "chown", "postgres", folder);
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_cluster_goes_back_to_the_moment_before_a_mistake()
    {
        (await RunAsync("init")).Should().Contain("Restart PostgreSQL once");
        NpgsqlConnection.ClearAllPools();
        await server.StopImmediatelyAsync();
        await server.StartServerAsync();
        (await RunAsync("init")).Should().Contain("stays as it is").And.Contain("The log is archived.");
        (await PitrAsync("check", "1")).Output.Should().Contain("The newest backup of pgBackRest is older than 1 h");
        (await RunAsync("backup", "full")).Should().Contain("full backup ");

        // pgBackRest tells backups from moments by whole seconds.
        var ended = await database.ScalarAsync<DateTime>("SELECT clock_timestamp()");
        await JobWorld.UntilAsync(() => database.ScalarAsync<bool>("SELECT clock_timestamp() > $1 + interval '2 s'", ended), "two seconds are gone");
        var tenant = await database.CreateTenantAsync("kept");
        var moment = await database.ScalarAsync<string>("SELECT clock_timestamp()::text");
        await database.ExecuteAsync("DELETE FROM tenants WHERE slug = 'kept'");
        var log = await database.ScalarAsync<string>("SELECT pg_walfile_name(pg_switch_wal())");
        await JobWorld.UntilAsync(async () => await database.ScalarAsync<bool>("SELECT coalesce(last_archived_wal >= $1, false) FROM pg_stat_archiver", log), "the log of the mistake is archived", 40);
        (await RunAsync("check", "1", "5")).Should().Contain("at most 1 h old");

        var copy = Path.Combine(folder, "copy");
        (await PitrAsync("restore", "--to", server.DataFolder, "--time", moment)).Output.Should().Contain("is not empty");
        (await RunAsync("restore", "--to", copy, "--time", moment)).Should().Contain("deploy/restore.sh --hold");
        await using var restored = await PostgresServer.StartOnAsync(copy);
        var there = new TestDatabase(restored, database.Name);
        await JobWorld.UntilAsync(() => there.ScalarAsync<bool>("SELECT NOT pg_is_in_recovery()"), "the log is replayed", 40);
        (await there.ScalarAsync<Guid>("SELECT id FROM tenants WHERE slug = 'kept'")).Should().Be(tenant);

        // Nothing of it fires at a device before somebody says so.
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Restore"] = there.SuperuserConnectionString };
        (await Script.RunAsync("deploy/restore.sh", ["--hold"], environment)).Output.Should().Contain("0 jobs and 0 schedules are held.");
        (await Script.RunAsync("deploy/restore.sh", ["--hold"], environment)).Output.Should().Contain("are held already");
        (await Script.RunAsync("deploy/restore.sh", ["--release"], environment)).Output.Should().Contain("They go on.");
        NpgsqlConnection.ClearAllPools();
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output) = await PitrAsync(arguments);
        code.Should().Be(0, $"{arguments[0]}: {output}");
        return output;
    }

    private Task<(int Code, string Output)> PitrAsync(params string[] arguments) => Script.RunAsync("deploy/pitr.sh", arguments, new()
    {
        ["PGDATA"] = server.DataFolder, ["PGHOST"] = Path.GetDirectoryName(server.DataFolder)!, ["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture), ["PGUSER"] = "postgres", ["PGDATABASE"] = "postgres",
        ["DEVICECONSOLE_PITR_REPOSITORY"] = Path.Combine(folder, "repository"), ["DEVICECONSOLE_PITR_CONFIG"] = Path.Combine(folder, "pgbackrest.conf"),
    });
}
