using System.Diagnostics;

namespace DeviceConsole.Tests.Peers;

/// <summary>A real mosquitto on a free port of 127.0.0.1, nothing kept; with users and access rights where a test gives them.</summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    private readonly DirectoryInfo directory;
    private ServerProcess process;

    private MosquittoBroker(DirectoryInfo directory, ServerProcess process, int port) => (this.directory, this.process, Port) = (directory, process, port);

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
        await process.DisposeAsync();
        process = await RunAsync(directory, Port);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private static Task<ServerProcess> RunAsync(DirectoryInfo directory, int port) =>
        ServerProcess.StartAsync(File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto", ["-c", Path.Combine(directory.FullName, "mosquitto.conf")], port);
}
