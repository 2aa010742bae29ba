using System.Diagnostics;
using System.Globalization;

namespace DeviceConsole.Tests.Jobs.Faults;

/// <summary>A worker that can be killed, stopped and continued, because it is a process of its own.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process process;

    private WorkerProcess(Process process) => this.process = process;

    public bool HasExited => process.HasExited;

    public static async Task<WorkerProcess> StartAsync(string connection, int slots, int runMilliseconds, int leaseMilliseconds, string answer = "1", Guid? enqueues = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(WorkerMain).Assembly.Location, "worker", connection, Text(slots), Text(runMilliseconds), Text(leaseMilliseconds), answer, .. enqueues is { } tenant ? [tenant.ToString()] : Array.Empty<string>()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return line == "ready" ? new WorkerProcess(process) : throw new InvalidOperationException($"The worker process said: {line}");
    }

    /// <summary>Jobs whose enqueueing the process has acknowledged: what it has printed. Comes when the process has ended.</summary>
    public async Task<List<Guid>> AcknowledgedAsync()
    {
        var ids = new List<Guid>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (Guid.TryParse(line, out var id)) ids.Add(id);
        return ids;
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
