using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>A real Net-SNMP agent with 20,000 values that do not change: 10 columns of 2,000 rows, integers and strings in turns.</summary>
internal sealed class SteadySnmpd : IAsyncDisposable
{
    public const string Root = "1.3.6.1.4.1.99999.1.1.1";
    public const int Columns = 10;
    public const int Rows = 2_000;

    /// <summary>The SNMPv3 user (SHA-256, AES) and its two passwords.</summary>
    public const string User = "bench", AuthPassword = "authpass12345", PrivPassword = "privpass12345";

    private readonly Process process;
    private readonly DirectoryInfo directory;

    private SteadySnmpd(Process process, DirectoryInfo directory, IPEndPoint endPoint)
    {
        this.process = process;
        this.directory = directory;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public static async Task<SteadySnmpd> StartAsync(CancellationToken cancellationToken)
    {
        var endPoint = FreeEndPoint();
        var directory = Directory.CreateTempSubdirectory("bench-snmpd-");
        var configuration = Path.Combine(directory.FullName, "snmpd.conf");
        var values =
            from column in Enumerable.Range(1, Columns)
            from row in Enumerable.Range(1, Rows)
            select $"override .{Root}.{column}.{row} " + (column % 2 == 0 ? $"octet_str \"value {column}.{row}\"" : $"integer {(column * 10_000) + row}");
        await File.WriteAllLinesAsync(configuration, [
            $"agentAddress udp:{endPoint}", "dontLogTCPWrappersConnects yes", "rocommunity public 127.0.0.1",
            $"createUser {User} SHA-256 \"{AuthPassword}\" AES \"{PrivPassword}\"", $"rouser {User} priv", .. values], cancellationToken);
        var start = new ProcessStartInfo("/usr/sbin/snmpd", ["-f", "-Lo", "-C", "-c", configuration, "-p", Path.Combine(directory.FullName, "pid")])
        {
            RedirectStandardOutput = true,
            Environment = { ["SNMP_PERSISTENT_DIR"] = directory.FullName, ["MIBS"] = "" },
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("snmpd did not start; install Debian's package snmpd.");
        var agent = new SteadySnmpd(process, directory, endPoint);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            if (line.StartsWith("NET-SNMP version", StringComparison.Ordinal)) return agent;
        await agent.DisposeAsync();
        throw new InvalidOperationException("snmpd ended at once.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Delete(recursive: true);
    }

    private static IPEndPoint FreeEndPoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
