using System.Diagnostics;
using System.Net;
using System.Text;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Tests.Peers;

/// <summary>snmpsim replaying the recordings; the recording's name is the community.</summary>
public sealed class SnmpsimAgent : IAsyncDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Open = Readable | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly DirectoryInfo directory;

    private SnmpsimAgent(Process process, DirectoryInfo directory, int port)
    {
        this.process = process;
        this.directory = directory;
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    public IPEndPoint EndPoint { get; }

    public SnmpPeer Peer(string recording) => new(Guid.Empty, EndPoint, SnmpVersion.V2c, Encoding.ASCII.GetBytes(recording)) { Timeout = TimeSpan.FromSeconds(10) };

    public static async Task<SnmpsimAgent> StartAsync(string recordings, string firstRecording)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("snmpsim is a package of Debian.");

        // snmpsim gives up its rights at once: its user must be able to read the recordings and write the index.
        var directory = Directory.CreateTempSubdirectory("snmpsim-");
        File.SetUnixFileMode(directory.FullName, Open);
        var data = directory.CreateSubdirectory("data");
        File.SetUnixFileMode(data.FullName, Open);
        var cache = directory.CreateSubdirectory("cache");
        File.SetUnixFileMode(cache.FullName, Open | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        foreach (var file in Directory.EnumerateFiles(recordings, "*.snmprec"))
        {
            var copy = Path.Combine(data.FullName, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, Readable | UnixFileMode.UserWrite);
        }

        var port = FreePort.Udp();
        List<string> arguments =
        [
            $"--data-dir={data.FullName}", $"--cache-dir={cache.FullName}", $"--agent-udpv4-endpoint=127.0.0.1:{port}", "--v2c-arch",
            "--logging-method=null",

            // Left to itself it builds answers longer than a datagram, and ends when it cannot send one.
            "--max-varbinds=25",
        ];
        if (Environment.IsPrivilegedProcess) arguments.AddRange(["--process-user=nobody", "--process-group=nogroup"]);
        var process = Process.Start(new ProcessStartInfo("snmpsimd", arguments)) ?? throw new InvalidOperationException("snmpsimd did not start.");
        var agent = new SnmpsimAgent(process, directory, port);
        await agent.WaitUntilReadyAsync(firstRecording);
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Delete(recursive: true);
    }

    private async Task WaitUntilReadyAsync(string recording)
    {
        using var client = new SnmpClient();
        using var limit = new CancellationTokenSource(StartLimit);
        var peer = new SnmpPeer(Guid.Empty, EndPoint, SnmpVersion.V2c, Encoding.ASCII.GetBytes(recording)) { Timeout = TimeSpan.FromMilliseconds(500), Retries = 0 };
        while (!(await client.GetNextAsync(peer, [ObjectIdentifier.Parse("1.3")], limit.Token)).IsSuccess)
            await Task.Delay(50, limit.Token);
    }
}
