using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Tests.Devices;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Tests.Tenancy;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>deploy/backup.sh, restore.sh, restore-drill.sh and verify.sh on a database with two tenants.</summary>
public sealed class RestoreDrillTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("dcbackup").FullName;
    private readonly string masterKey = MasterKey.Generate();
    private TestDatabase database = null!;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        // The key is the database's from the first start on, and the first administrator is there.
        await using (var app = await RunningApp.StartAsync(database, ("DEVICECONSOLE_MASTER_KEY", masterKey))) await app.StopAsync();
        var (tenant, _) = await TwoTenants.FillAsync(database);
        // Those of the two tenants were sealed under no key.
        await database.ExecuteAsync("UPDATE device_endpoints SET secrets = NULL; UPDATE credential_templates SET secrets = NULL");
        await database.ExecuteAsync("DELETE FROM jobs");
        await database.ExecuteAsync("DELETE FROM connections");
        var devices = new DeviceService(database.Sources, new ProtocolCatalog([new TestProtocol()]), new DeviceSecrets(database.Sources, MasterKey.Parse(masterKey, out _)!));
        (await devices.CreateAsync(TestDatabase.CallerOf(tenant), DeviceWorld.Input(), default)).Problem.Should().BeNull();
        var device = await database.ScalarAsync<Guid>("SELECT id FROM devices WHERE tenant_id = $1 AND name = 'Router'", tenant);
        await database.ExecuteAsync(
            """
            INSERT INTO jobs (tenant_id, id, device_id, protocol, operation, session_bound, timeout_ms, max_attempts, created_by) VALUES ($1, gen_random_uuid(), $2, 'snmp', 'get', false, 1000, 3, 'x')
            """, tenant, device);
        await database.ExecuteAsync("UPDATE lanes SET running = NULL, next_at = now(), wake_at = NULL");
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_backup_is_made_by_its_own_role_restored_and_proven_and_a_damaged_one_is_noticed()
    {
        var refused = await RunAsync("backup.sh", ["--out", folder], ("ConnectionStrings__Backup", database.MigratorConnectionString));
        refused.Output.Should().Contain("a backup is made as dc_backup");
        refused.Code.Should().Be(1);
        (await RunAsync("backup.sh", ["--check", "1", "--out", folder])).Code.Should().Be(1, "there is none yet");
        var made = await RunAsync("backup.sh", ["--out", folder], ("ConnectionStrings__Backup", database.Server.ConnectionString("dc_backup", database.Name)));
        made.Code.Should().Be(0, made.Output);
        (await RunAsync("backup.sh", ["--check", "1", "--out", folder])).Code.Should().Be(0);
        (await RunAsync("backup.sh", ["--drill-check", "1", "--out", folder])).Code.Should().Be(1, "no restore was verified yet");

        var drill = await DrillAsync(masterKey);
        drill.Code.Should().Be(0, drill.Output);
        drill.Output.Should().ContainAll("1 jobs and 2 schedules are held", "roles, owners and grants", "1 credentials open, 0 do not", "jobs of every protocol", "no held job ran", "RTO ", "RPO ").And.NotContain("FAIL");
        (await RunAsync("backup.sh", ["--drill-check", "1", "--out", folder])).Code.Should().Be(0);

        var dump = Directory.GetFiles(folder, "*.dump").Single();
        var rehearsed = await RunAsync("../migrate.sh", ["rehearse", dump, "--port", FreeBlock().ToString(CultureInfo.InvariantCulture), "--web", Built("DeviceConsole.Web"), "--simulator", Built("DeviceConsole.Simulator")]);
        rehearsed.Code.Should().Be(0, rehearsed.Output);
        rehearsed.Output.Should().Contain("migrations on top of schema").And.Contain("integrity: ").And.NotContain("FAIL").And.NotContain("RTO", "a rehearsal starts nothing");
        await File.AppendAllTextAsync(dump, "x");
        var damaged = await DrillAsync(masterKey);
        damaged.Code.Should().Be(1);
        damaged.Output.Should().Contain("is damaged");
    }

    [Fact]
    public async Task The_checks_of_the_data_hold_and_find_a_table_without_row_level_security_and_a_stranger()
    {
        var verified = await VerifyAsync();
        verified.Output.Should().NotContain("FAIL");
        verified.Code.Should().Be(0);

        await database.ExecuteAsync("ALTER TABLE devices NO FORCE ROW LEVEL SECURITY");
        await database.ExecuteAsync("INSERT INTO device_events (tenant_id, device_id, id, protocol, kind, message) SELECT t.id, d.id, gen_random_uuid(), 'snmp', 'k', 'm' FROM tenants t, devices d WHERE t.id <> d.tenant_id AND t.slug = 'tenant-a'");
        await database.ExecuteAsync("INSERT INTO audit (tenant_id, id, actor_kind, actor_name, action, target_kind, summary) VALUES (gen_random_uuid(), gen_random_uuid(), 'system', 'x', 'a', 'b', 'c')");
        verified = await VerifyAsync();
        verified.Code.Should().Be(1);
        verified.Output.Should().Contain("FAIL  row-level security is enabled and forced on every table and partition: devices")
            .And.Contain("FAIL  no row names a device of another tenant: device_events").And.Contain("FAIL  no row belongs to a tenant that is not there: audit").And.EndWith("3 failed\n");
    }

    private Task<(int Code, string Output)> VerifyAsync() => RunAsync("verify.sh", [], ("ConnectionStrings__Migrator", database.MigratorConnectionString));

    private static string Built(string project) => Path.Combine(Repository.Root, project, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0");

    private Task<(int Code, string Output)> DrillAsync(string key) =>
        RunAsync("restore-drill.sh", ["--out", folder, "--port", FreeBlock().ToString(CultureInfo.InvariantCulture), "--web", Built("DeviceConsole.Web"), "--simulator", Built("DeviceConsole.Simulator")],
            ("DEVICECONSOLE_MASTER_KEY", key));

    // The cluster takes the first free port from the third on.
    private static int FreeBlock()
    {
        // Below the range that the system gives away: what is free now is not taken by a connection before the drill comes to it.
        int port;
        do port = Random.Shared.Next(10_000, 30_000);
        while (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(l => l.Port >= port && l.Port < port + 4));
        return port;
    }

    private static async Task<(int Code, string Output)> RunAsync(string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "deploy", script), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(6));
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await errors + output);
    }
}
