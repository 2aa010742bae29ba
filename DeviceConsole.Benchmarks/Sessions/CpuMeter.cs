using System.Globalization;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>CPU time of the application and of its database's server, from /proc (proc(5): ticks of 10 ms; those of ended children count with their parent).</summary>
internal sealed class CpuMeter
{
    private const double Tick = 0.01;
    private readonly int application;
    private readonly int postmaster;

    private CpuMeter(int application, int postmaster) => (this.application, this.postmaster) = (application, postmaster);

    /// <summary>Of a process and the server of a database.</summary>
    public static async Task<CpuMeter> CreateAsync(int application, TestDatabase database)
    {
        var backend = await database.ScalarAsync<int>("SELECT pg_backend_pid()");
        return new CpuMeter(application, int.Parse(Stat(backend)![1], CultureInfo.InvariantCulture));
    }

    /// <summary>Seconds so far.</summary>
    public (double Application, double Database) Read()
    {
        var server = 0.0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) || Stat(pid) is not { } stat) continue;
            if (pid == postmaster) server += Seconds(stat, 11, 4);
            else if (stat[1] == postmaster.ToString(CultureInfo.InvariantCulture)) server += Seconds(stat, 11, 2);
        }
        return (Stat(application) is { } own ? Seconds(own, 11, 2) : 0, server);
    }

    private static double Seconds(string[] stat, int from, int count) => stat.Skip(from).Take(count).Sum(t => long.Parse(t, CultureInfo.InvariantCulture)) * Tick;

    // Behind the name in brackets: state, parent, …, utime (11), stime, cutime, cstime. Null for a process that is gone.
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText(FormattableString.Invariant($"/proc/{pid}/stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
