using System.Diagnostics;
using System.Globalization;

namespace DeviceConsole.Tests.Jobs.Faults;

/// <summary>A worker that can be killed, stopped and continued, because it is a process of its own.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process process;

    private WorkerProcess(Process process) => this.process = process;

    public bool HasExited => process.HasExited;

    public static async Task<WorkerProcess> StartAsync(string connection, int slots, int runMilliseconds, int leaseMilliseconds, string answer = "1")
    {
        var start = new ProcessStartInfo("dotnet", [typeof(WorkerMain).Assembly.Location, "worker", connection, Text(slots), Text(runMilliseconds), Text(leaseMilliseconds), answer])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return line == "ready" ? new WorkerProcess(process) : throw new InvalidOperationException($"The worker process said: {line}");
    }

    /// <summary>Sends a signal by name.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Text(process.Id)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for the end; the exit code.</summary>
    public async Task<int> WaitAsync(TimeSpan patience)
    {
        await process.WaitForExitAsync().WaitAsync(patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
