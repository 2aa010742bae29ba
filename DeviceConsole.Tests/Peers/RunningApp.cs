using System.Diagnostics;
using System.Net;
using System.Text;
using DeviceConsole.Core.Secrets;

namespace DeviceConsole.Tests.Peers;

/// <summary>
/// The real application as a process of its own, in Production mode, on a database of the test and free ports.
/// </summary>
public sealed class RunningApp : IAsyncDisposable
{
    /// <summary>The first administrator.</summary>
    public const string AdminUser = "admin";

    /// <summary>The first administrator's password.</summary>
    public const string AdminPassword = "correct horse battery staple";

    private readonly Process process;
    private readonly StringBuilder log;

    private RunningApp(Process process, StringBuilder log, Uri address, Uri deviceAddress)
    {
        this.process = process;
        this.log = log;
        Address = address;
        DeviceAddress = deviceAddress;
        Http = new HttpClient { BaseAddress = address };
    }

    /// <summary>UI, API, health and metrics.</summary>
    public Uri Address { get; }

    /// <summary>The listener for devices that call in.</summary>
    public Uri DeviceAddress { get; }

    /// <summary>A plain client on <see cref="Address"/>.</summary>
    public HttpClient Http { get; }

    /// <summary>What the application printed so far.</summary>
    public string Log
    {
        get
        {
            lock (log) return log.ToString();
        }
    }

    /// <summary>The process id.</summary>
    public int ProcessId => process.Id;

    /// <summary>Seeds the database and starts the application; returns when it is ready.</summary>
    public static Task<RunningApp> StartAsync(TestDatabase database, params (string Name, string Value)[] environment) => StartAsync(database, null, true, environment);

    /// <summary>The same for one of several nodes: of another build where a folder is given, and without seeding what the first one has seeded.</summary>
    public static async Task<RunningApp> StartAsync(TestDatabase database, string? folder, bool seed, params (string Name, string Value)[] environment)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__App"] = database.AppConnectionString,
            ["ConnectionStrings__Direct"] = database.AppConnectionString,
            ["DEVICECONSOLE_MASTER_KEY"] = MasterKey.Generate(),
            ["DEVICECONSOLE_UI_URL"] = $"http://127.0.0.1:{PostgresServer.FreePort()}",
            ["DEVICECONSOLE_DEVICE_URL"] = $"http://127.0.0.1:{PostgresServer.FreePort()}",
            ["DEVICECONSOLE_ADMIN_USER"] = AdminUser,
            ["DEVICECONSOLE_ADMIN_PASSWORD"] = AdminPassword,
            ["DEVICECONSOLE_DEMO"] = "false",
        };
        foreach (var (name, value) in environment) settings[name] = value;

        var assembly = folder is null ? FindApplication() : Path.Combine(folder, "DeviceConsole.Web.dll");
        if (seed) await SeedAsync(assembly, settings);
        var address = new Uri(settings["DEVICECONSOLE_UI_URL"]);
        var (process, log) = Start(assembly, settings);
        var app = new RunningApp(process, log, address, new Uri(settings["DEVICECONSOLE_DEVICE_URL"]));
        await app.WaitUntilReadyAsync(new Uri(settings.TryGetValue("DEVICECONSOLE_OPS_URL", out var ops) ? new Uri(ops) : address, "/health/ready"));
        return app;
    }

    /// <summary>Sends a signal by its name: STOP, CONT, KILL.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (name == "KILL") await process.WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM and waits for the end; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!process.HasExited)
        {
            await SignalAsync("TERM");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await process.WaitForExitAsync(patience.Token);
        }
        return process.ExitCode;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task SeedAsync(string assembly, Dictionary<string, string> settings)
    {
        var (seed, log) = Start(assembly, settings, "seed");
        await seed.WaitForExitAsync();
        if (seed.ExitCode != 0) throw new InvalidOperationException($"Seeding failed: {log}");
        seed.Dispose();
    }

    private static (Process Process, StringBuilder Log) Start(string assembly, Dictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly)!,
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var log = new StringBuilder();
        var process = new Process { StartInfo = start };
        void Append(object _, DataReceivedEventArgs e)
        {
            if (e.Data is null) return;
            lock (log) log.AppendLine(e.Data);
        }
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return (process, log);
    }

    private async Task WaitUntilReadyAsync(Uri ready)
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited) break;
            try
            {
                using var response = await Http.GetAsync(ready);
                if (response.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet: asked again below.
            }
            await Task.Delay(100);
        }
        throw new InvalidOperationException($"The application did not become ready: {Log}");
    }

    /// <summary>The application's own output in the configuration of the tests; benchmarks run from another place and take Release.</summary>
    public static string FindApplication()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var bin = Path.Combine(Repository.Root, "DeviceConsole.Web", "bin");
        return new[] { output.Parent!.Name, "Release" }.Select(c => Path.Combine(bin, c, "net10.0", "DeviceConsole.Web.dll")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"Build the application first: it is not in {bin}.");
    }
}
