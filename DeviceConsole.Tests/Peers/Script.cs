using System.Diagnostics;

namespace DeviceConsole.Tests.Peers;

/// <summary>Runs a script of the repository as a person would.</summary>
public static class Script
{
    /// <summary>Its exit code and what it printed, standard error after standard output.</summary>
    /// <param name="path">Below the repository.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside those of the test run.</param>
    /// <param name="seconds">Longer than that it is ended, and the test with it.</param>
    public static Task<(int Code, string Output)> RunAsync(string path, string[] arguments, Dictionary<string, string>? environment = null, int seconds = 180) =>
        RunProgramAsync(Repository.Root, Path.Combine(Repository.Root, path), arguments, environment, seconds);

    /// <summary>The same of any program, in a folder. What it leaves running keeps none of its output open.</summary>
    public static async Task<(int Code, string Output)> RunProgramAsync(string folder, string program, string[] arguments, Dictionary<string, string>? environment = null, int seconds = 180)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, output + await errors);
    }

    /// <summary>Runs a program that has to succeed; what it printed.</summary>
    public static async Task<string> OutputAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, $"{program} {string.Join(' ', arguments)} said {await errors}");
        return output;
    }
}
