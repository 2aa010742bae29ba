using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Tests.Cluster;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Diagnostics;

namespace DeviceConsole.Tests.Release;

/// <summary>
/// The application's own life by the scripts of the pipeline, on one machine: published, put into a folder as the registry, rolled out as a real process,
/// watched, replaced, rolled back.
/// </summary>
public sealed class ProcessDeploymentTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("dcdeploy").FullName;
    private readonly string secret = MasterKey.Generate();
    private readonly Uri ui = new($"http://127.0.0.1:{PostgresServer.FreePort()}");
    private readonly Dictionary<string, string> environment;
    private TestDatabase database = null!;

    public ProcessDeploymentTests() => environment = new()
    {
        ["DEVICECONSOLE_REGISTRY"] = $"folder:{folder}/registry", ["DEVICECONSOLE_RELEASE_OUT"] = Path.Combine(folder, "out"), ["DEVICECONSOLE_CLUSTER"] = $"process:{folder}/place",
        ["DEVICECONSOLE_ROLLOUT_SECONDS"] = "60", ["DEVICECONSOLE_CONFIGURATION"] = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
    };

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        Directory.CreateDirectory(Path.Combine(folder, "place"));
        await SettingsAsync();
    }

    public async Task DisposeAsync()
    {
        var pid = Path.Combine(folder, "place", "pid");
        if (File.Exists(pid))
        {
            using var process = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(pid), CultureInfo.InvariantCulture));
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_version_is_published_rolled_out_watched_replaced_and_rolled_back_to()
    {
        var (older, newer) = (BuildInfo.Version, ApplicationCopy.Other());
        var published = Path.Combine(folder, "published");
        (await RunAsync("publish.sh", published, older, "--no-build")).Should().Contain($"DeviceConsole {older}");
        File.Exists(Path.Combine(published, "wwwroot", "js", "boot.js")).Should().BeTrue("the pages' files are part of it");
        (await FailAsync("publish.sh", published, "7.7.7", "--no-build")).Should().Contain("is not version 7.7.7");
        await RunAsync("image.sh", older, "--app", published);
        await RunAsync("image.sh", newer, "--app", await ApplicationCopy.MakeAsync(Path.Combine(folder, "newer"), newer));
        (await RunAsync("image.sh", newer, "--app", published)).Should().Contain("is there already");
        (await Script.OutputAsync(folder, "tar", "-xzOf", Path.Combine(folder, "registry", $"deviceconsole-{older}.tar.gz"), "image.json")).Should().Contain($"\"org.opencontainers.image.version\": \"{older}\"");

        (await FailAsync("rollout.sh", "7.7.7")).Should().Contain($"It has: {older} {newer}.");
        (await RunAsync("rollout.sh", older)).Should().Contain($"{older} runs.");
        (await RunningAsync()).Should().Be(older);
        await CommandsAsync(published);
        (await RunAsync("rollout.sh", newer)).Should().Contain($"(now: {older})").And.Contain($"{newer} runs.");
        (await RunningAsync()).Should().Be(newer);
        (await RunAsync("watch.sh", ui.ToString(), "--seconds", "1", "--every", "1")).Should().Contain("0 failed");

        // What would not start changes nothing.
        await SettingsAsync("Api__CorsOrigins=*");
        (await FailAsync("rollback.sh", older)).Should().Contain($"Version {older} would not start").And.Contain("Nothing was changed");
        (await RunningAsync()).Should().Be(newer);
        await SettingsAsync();

        // A schema that the older version does not run on is said before anything is touched; then it is one that it runs on.
        environment["DEVICECONSOLE_DATABASE_URL"] = $"postgresql://postgres@127.0.0.1:{database.Server.Port}/{database.Name}";
        await database.ExecuteAsync("INSERT INTO sys.schema_versions (version, name, min_app) VALUES (9999, 'later', $1)", newer);
        (await FailAsync("rollback.sh", older)).Should().Contain("does not run on this schema").And.Contain($"9999 (needs {newer})");
        (await RunningAsync()).Should().Be(newer);
        await database.ExecuteAsync("DELETE FROM sys.schema_versions WHERE version = 9999");
        (await RunAsync("rollback.sh", older)).Should().Contain($"Rolling back to {older} (now: {newer})").And.Contain($"{older} runs.");
        (await RunningAsync()).Should().Be(older);
    }

    // The command lines that containers and people use beside the running process.
    private async Task CommandsAsync(string published)
    {
        (await ApplicationAsync(published, "health")).Code.Should().Be(0);
        var check = await ApplicationAsync(published, "config", "check", "--database");
        check.Code.Should().Be(0, check.Output);
        check.Output.Should().Contain("The application would start with this configuration on this database.").And.Contain("DEVICECONSOLE_MASTER_KEY = (secret, sha256 ").And.NotContain(secret);
        check.Output.Should().Contain("DEVICECONSOLE_UI_ULR  is no setting of the application");
        check.Output.Should().Contain($"sha256 {(await Script.OutputAsync(folder, "sh", "-c", $"printf %s '{secret}' | sha256sum | cut -c 1-12")).Trim()}", "it is compared with a secrets manager");
        var nobody = await ApplicationAsync(published, ("DEVICECONSOLE_UI_URL", $"http://127.0.0.1:{PostgresServer.FreePort()}"), "health");
        nobody.Code.Should().Be(1);
        nobody.Output.Should().Contain("does not answer on port");
        var wrong = await ApplicationAsync(published, ("DEVICECONSOLE_MASTER_KEY", "changeme"), "config", "check");
        wrong.Code.Should().Be(1);
        wrong.Output.Should().Contain("DEVICECONSOLE_MASTER_KEY");
    }

    private Task<(int Code, string Output)> ApplicationAsync(string published, params string[] arguments) => ApplicationAsync(published, ("DEVICECONSOLE_UI_ULR", "a slip of the pen"), arguments);

    private async Task<(int Code, string Output)> ApplicationAsync(string published, (string Name, string Value) more, params string[] arguments)
    {
        var settings = (await File.ReadAllLinesAsync(Path.Combine(folder, "place", "app.env"))).Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1]);
        settings[more.Name] = more.Value;
        return await Script.RunProgramAsync(published, "dotnet", ["DeviceConsole.Web.dll", .. arguments], settings);
    }

    private Task SettingsAsync(params string[] more) => File.WriteAllLinesAsync(Path.Combine(folder, "place", "app.env"),
        ["ASPNETCORE_ENVIRONMENT=Production", $"ConnectionStrings__App={database.AppConnectionString}", $"DEVICECONSOLE_MASTER_KEY={secret}", $"DEVICECONSOLE_UI_URL={ui.GetLeftPart(UriPartial.Authority)}",
            $"DEVICECONSOLE_DEVICE_URL=http://127.0.0.1:{PostgresServer.FreePort()}", .. more]);

    private async Task<string> RunningAsync()
    {
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri(ui, "/health")))!["version"]!.GetValue<string>();
    }

    private async Task<string> RunAsync(string script, params string[] arguments)
    {
        var (code, output) = await Script.RunAsync("deploy/" + script, arguments, environment);
        code.Should().Be(0, $"{script}: {output}");
        return output;
    }

    private async Task<string> FailAsync(string script, params string[] arguments)
    {
        var (code, output) = await Script.RunAsync("deploy/" + script, arguments, environment);
        code.Should().Be(1, $"{script}: {output}");
        return output;
    }
}
