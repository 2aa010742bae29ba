using System.Diagnostics;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>deploy/smoke.sh against a fresh installation without devices.</summary>
public sealed class SmokeTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private TestDatabase database = null!;
    private RunningApp app = null!;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        app = await RunningApp.StartAsync(database);
    }

    public async Task DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Every_check_holds_and_nothing_is_left_behind()
    {
        // Twice: the second run makes again what the first one deleted.
        for (var run = 0; run < 2; run++)
        {
            var (code, output) = await SmokeAsync(RunningApp.AdminPassword);

            output.Should().NotContain("FAIL");
            output.Should().ContainAll("ok    log-in through the page", "ok    create a device", "ok    job over snmp", "ok    job over cwmp", "ok    parameters over cwmp", "ok    job over usp", "ok    parameters over usp", "ok    job over webpa", "ok    parameters over webpa", "ok    MIB look-up", "ok    another tenant does not see the MIB", "ok    another tenant sees no device");
            code.Should().Be(0);
            (await database.ScalarAsync<long>("SELECT (SELECT count(*) FROM devices) + (SELECT count(*) FROM api_clients) + (SELECT count(*) FROM mib_modules) + (SELECT count(*) FROM jobs)")).Should().Be(0);
            (await database.ScalarAsync<long>("SELECT count(*) FROM tenants WHERE slug LIKE 'smoke-%'")).Should().Be(0);
        }
    }

    [Fact]
    public async Task A_version_that_is_not_the_expected_one_and_a_wrong_password_fail()
    {
        var (code, output) = await SmokeAsync("wrong wrong wrong", "--expect", "9.9.9");

        code.Should().Be(1);
        output.Should().Contain("FAIL  version: ").And.Contain("FAIL  log-in: ").And.EndWith("2 failed\n");
    }

    private async Task<(int Code, string Output)> SmokeAsync(string password, params string[] more)
    {
        var root = Root();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo(Path.Combine(root, "deploy", "smoke.sh"),
            [app.Address.ToString(), "--devices", app.DeviceAddress.ToString(), "--simulator", Path.Combine(root, "DeviceConsole.Simulator", "bin", configuration, "net10.0"), .. more])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DEVICECONSOLE_ADMIN_USER"] = RunningApp.AdminUser;
        start.Environment["DEVICECONSOLE_ADMIN_PASSWORD"] = password;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, output + await errors);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DeviceConsole.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
