using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Tests.Peers;

/// <summary>A real mosquitto on a free port of 127.0.0.1, nothing kept; with users and access rights where a test gives them.</summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo directory;
    private Process process;

    private MosquittoBroker(DirectoryInfo directory, Process process, int port) => (this.directory, this.process, Port) = (directory, process, port);

    public int Port { get; }

    /// <summary>Starts one. Without users everybody may do everything.</summary>
    /// <param name="users">User and password.</param>
    /// <param name="access">Lines of mosquitto's access list.</param>
    public static async Task<MosquittoBroker> StartAsync(IReadOnlyDictionary<string, string>? users = null, string access = "")
    {
        var directory = Directory.CreateTempSubdirectory("mosquitto-");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(directory.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var port = PostgresServer.FreePort();
        List<string> lines = [$"listener {port} 127.0.0.1", "persistence false", "log_dest none"];
        if (users is null)
        {
            lines.Add("allow_anonymous true");
        }
        else
        {
            var passwords = Path.Combine(directory.FullName, "passwords");
            await File.WriteAllTextAsync(passwords, "");
            foreach (var (user, password) in users)
            {
                using var tool = Process.Start(new ProcessStartInfo("mosquitto_passwd", ["-b", passwords, user, password]) { RedirectStandardError = true })!;
                await tool.WaitForExitAsync();
                tool.ExitCode.Should().Be(0);
            }
            var list = Path.Combine(directory.FullName, "access");
            await File.WriteAllTextAsync(list, access);
            if (!OperatingSystem.IsWindows())
                foreach (var file in (string[])[passwords, list]) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            lines.AddRange(["allow_anonymous false", $"password_file {passwords}", $"acl_file {list}"]);
        }
        await File.WriteAllLinesAsync(Path.Combine(directory.FullName, "mosquitto.conf"), lines);
        return new MosquittoBroker(directory, await RunAsync(directory, port), port);
    }

    /// <summary>Stops it and starts it again on the same port.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        process = await RunAsync(directory, Port);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        directory.Delete(recursive: true);
    }

    private static async Task<Process> RunAsync(DirectoryInfo directory, int port)
    {
        var program = File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
        var process = Process.Start(new ProcessStartInfo(program, ["-c", Path.Combine(directory.FullName, "mosquitto.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("mosquitto did not start.");
        var watch = Stopwatch.StartNew();
        while (!await ListensAsync(port))
        {
            if (process.HasExited || watch.Elapsed > StartLimit) throw new InvalidOperationException($"mosquitto did not start: {await process.StandardError.ReadToEndAsync()}");
            await Task.Delay(20);
        }
        return process;
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task StopAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
