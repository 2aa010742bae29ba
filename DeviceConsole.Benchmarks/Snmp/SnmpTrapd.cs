using System.Diagnostics;
using System.Net;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>Net-SNMP's receiver of traps, which writes a line for each into a file.</summary>
internal sealed class SnmpTrapd : IAsyncDisposable
{
    private const string LinkDown = ".1.3.6.1.6.3.1.1.5.3";

    private readonly Process process;
    private readonly DirectoryInfo directory;

    private SnmpTrapd(Process process, DirectoryInfo directory, IPEndPoint endPoint) => (this.process, this.directory, EndPoint) = (process, directory, endPoint);

    public IPEndPoint EndPoint { get; }

    private string LogFile => Path.Combine(directory.FullName, "log");

    public static async Task<SnmpTrapd> StartAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("bench-snmptrapd-");
        var configuration = Path.Combine(directory.FullName, "snmptrapd.conf");
        await File.WriteAllTextAsync(configuration, "disableAuthorization yes\n", cancellationToken);
        var start = new ProcessStartInfo("/usr/sbin/snmptrapd", ["-f", "-n", "-On", "-C", "-c", configuration, "-Lf", Path.Combine(directory.FullName, "log"), "-p", Path.Combine(directory.FullName, "pid"), $"udp:{endPoint}"])
        {
            Environment = { ["SNMP_PERSISTENT_DIR"] = directory.FullName, ["MIBS"] = "" },
        };
        var trapd = new SnmpTrapd(Process.Start(start) ?? throw new InvalidOperationException("snmptrapd did not start."), directory, endPoint);
        while (!File.Exists(trapd.LogFile) || !(await File.ReadAllTextAsync(trapd.LogFile, cancellationToken)).Contains("NET-SNMP version", StringComparison.Ordinal))
        {
            if (trapd.process.HasExited) throw new InvalidOperationException("snmptrapd ended at once; is its port free?");
            await Task.Delay(50, cancellationToken);
        }
        return trapd;
    }

    /// <summary>CPU seconds that it has used.</summary>
    public double CpuSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>How many it has written, once it has written nothing more for two seconds.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        for (long before = -1, size = 0; before != size; before = size, size = new FileInfo(LogFile).Length) await Task.Delay(2_000, cancellationToken);
        return await File.ReadLinesAsync(LogFile, cancellationToken).CountAsync(l => l.Contains(LinkDown, StringComparison.Ordinal), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Delete(recursive: true);
    }
}
