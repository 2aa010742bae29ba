using System.Diagnostics;
using System.Globalization;

namespace DeviceConsole.Benchmarks;

/// <summary>Runs a baseline's program to its end.</summary>
internal static class ChildProcess
{
    /// <summary>Output of a program that must succeed.</summary>
    public static async Task<string> OutputAsync(string directory, string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(directory, program, arguments);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
        return output;
    }

    /// <summary>
    /// Wall and CPU seconds of a command with its output thrown away, by bash's own clock of its child, to the millisecond.
    /// </summary>
    public static async Task<(double Wall, double Cpu)> TimeAsync(string command, CancellationToken cancellationToken)
    {
        using var process = Start(".", "/bin/bash", ["-c", $"export MIBS=; TIMEFORMAT='%3R %3U %3S'; time {command} > /dev/null"]);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var times = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        await output;
        var parts = times.Trim().Split('\n')[^1].Split(' ');
        if (process.ExitCode != 0 || parts.Length != 3) throw new InvalidOperationException($"{command} failed: {times}");
        var seconds = Array.ConvertAll(parts, p => double.Parse(p, CultureInfo.InvariantCulture));
        return (seconds[0], seconds[1] + seconds[2]);
    }

    private static Process Start(string directory, string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{program} did not start.");
}
