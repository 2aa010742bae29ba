using System.Diagnostics;
using System.Net;

namespace DeviceConsole.Tests.Peers;

/// <summary>
/// A real Net-SNMP agent on a free UDP port of 127.0.0.1, with a configuration, a persistent directory and a life of its own.
/// Community <c>public</c> reads, <c>private</c> reads and writes.
/// </summary>
public sealed class SnmpdAgent : IAsyncDisposable
{
    private const int StartTries = 3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly DirectoryInfo directory;

    private SnmpdAgent(Process process, DirectoryInfo directory, int port)
    {
        this.process = process;
        this.directory = directory;
        Port = port;
    }

    public int Port { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>The agent's process, to stop and resume it as faults need.</summary>
    public int ProcessId => process.Id;

    private static readonly string[] Communities = ["rocommunity public 127.0.0.1", "rwcommunity private 127.0.0.1"];

    /// <summary>Starts an agent; <paramref name="lines"/> are added to its configuration (<c>override</c> lines, for example).</summary>
    public static Task<SnmpdAgent> StartAsync(params IEnumerable<string> lines) => StartAsync(["127.0.0.1"], null, [.. Communities, .. lines]);

    /// <summary>Starts an agent on several addresses, without communities, on this port or on a free one.</summary>
    public static async Task<SnmpdAgent> StartAsync(IReadOnlyList<string> addresses, int? port, IReadOnlyList<string> lines)
    {
        for (var i = 1; ; i++)
        {
            // Between finding a free port and the daemon's bind somebody else may take it.
            if (await TryStartAsync(addresses, port ?? FreePort.Udp(), lines) is { } agent) return agent;
            if (i == StartTries) throw new InvalidOperationException("snmpd did not start; is Debian's package snmpd installed?");
        }
    }

    /// <summary>20,000 steady values below 1.3.6.1.4.1.99999.1.1.1: <paramref name="columns"/> columns of <paramref name="rows"/> rows.</summary>
    public static IEnumerable<string> SteadyTable(int columns = 10, int rows = 2_000) =>
        from column in Enumerable.Range(1, columns)
        from row in Enumerable.Range(1, rows)
        select $"override .1.3.6.1.4.1.99999.1.1.1.{column}.{row} " + (column % 2 == 0 ? $"octet_str \"value {column}.{row}\"" : $"integer {(column * 10_000) + row}");

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Delete(recursive: true);
    }

    private static async Task<SnmpdAgent?> TryStartAsync(IReadOnlyList<string> addresses, int port, IReadOnlyList<string> extra)
    {
        var directory = Directory.CreateTempSubdirectory("snmpd-");
        var configuration = Path.Combine(directory.FullName, "snmpd.conf");
        await File.WriteAllLinesAsync(configuration, (string[])
        [
            $"agentAddress {string.Join(',', addresses.Select(a => $"udp:{a}:{port}"))}",
            "dontLogTCPWrappersConnects yes",
            "sysObjectID .1.3.6.1.4.1.8072.3.2.10",
            .. extra,
        ]);
        var start = new ProcessStartInfo("/usr/sbin/snmpd", ["-f", "-Lo", "-C", "-c", configuration, "-p", Path.Combine(directory.FullName, "pid")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SNMP_PERSISTENT_DIR"] = directory.FullName, ["MIBS"] = "" },
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("snmpd did not start.");
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetResult(false);
        process.OutputDataReceived += (_, e) => { if (e.Data?.StartsWith("NET-SNMP version", StringComparison.Ordinal) == true) ready.TrySetResult(true); };
        process.ErrorDataReceived += (_, e) => { if (e.Data?.StartsWith("NET-SNMP version", StringComparison.Ordinal) == true) ready.TrySetResult(true); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var agent = new SnmpdAgent(process, directory, port);
        if (await ready.Task.WaitAsync(StartLimit)) return agent;
        await agent.DisposeAsync();
        return null;
    }
}
