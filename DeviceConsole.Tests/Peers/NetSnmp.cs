using System.Diagnostics;

namespace DeviceConsole.Tests.Peers;

/// <summary>Net-SNMP's command-line programs, with a persistent directory of their own.</summary>
public static class NetSnmp
{
    /// <summary>Runs one; its exit code (0 where an inform was acknowledged) and what it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("netsnmp-");
        try
        {
            var start = new ProcessStartInfo($"/usr/bin/{program}", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["SNMP_PERSISTENT_DIR"] = directory.FullName, ["SNMPCONFPATH"] = directory.FullName, ["MIBS"] = "" },
            };
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start; is Debian's package snmp installed?");
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
