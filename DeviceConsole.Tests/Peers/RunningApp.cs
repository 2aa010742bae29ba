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
    public static async Task<RunningApp> StartAsync(TestDatabase database, params (string Name, string Value)[] environment)
    {
        var address = new Uri($"http://127.0.0.1:{PostgresServer.FreePort()}");
        var deviceAddress = new Uri($"http://127.0.0.1:{PostgresServer.FreePort()}");
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__App"] = database.AppConnectionString,
            ["ConnectionStrings__Direct"] = database.AppConnectionString,
            ["DEVICECONSOLE_MASTER_KEY"] = MasterKey.Generate(),
            ["DEVICECONSOLE_UI_URL"] = address.ToString(),
            ["DEVICECONSOLE_DEVICE_URL"] = deviceAddress.ToString(),
            ["DEVICECONSOLE_ADMIN_USER"] = AdminUser,
            ["DEVICECONSOLE_ADMIN_PASSWORD"] = AdminPassword,
            ["DEVICECONSOLE_DEMO"] = "false",
        };
        foreach (var (name, value) in environment) settings[name] = value;

        var (seed, seedLog) = Start(settings, "seed");
        await seed.WaitForExitAsync();
        if (seed.ExitCode != 0) throw new InvalidOperationException($"Seeding failed: {seedLog}");
        seed.Dispose();
        var (process, log) = Start(settings);
        var app = new RunningApp(process, log, address, deviceAddress);
        await app.WaitUntilReadyAsync(new Uri(settings.TryGetValue("DEVICECONSOLE_OPS_URL", out var ops) ? new Uri(ops) : address, "/health/ready"));
        return app;
    }

    /// <summary>Sends SIGTERM and waits for the end; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
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

    private static (Process Process, StringBuilder Log) Start(Dictionary<string, string> settings, params string[] arguments)
    {
        var assembly = FindApplication();
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

    // The application's own output folder in the configuration of the tests; benchmarks run from another place and take Release.
    private static string FindApplication()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var bin = Path.Combine(Repository.Root, "DeviceConsole.Web", "bin");
        return new[] { output.Parent!.Name, "Release" }.Select(c => Path.Combine(bin, c, "net10.0", "DeviceConsole.Web.dll")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"Build the application first: it is not in {bin}.");
    }
}
