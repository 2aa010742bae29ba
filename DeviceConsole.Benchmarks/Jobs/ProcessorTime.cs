using System.Globalization;

namespace DeviceConsole.Benchmarks.Jobs;

/// <summary>
/// Processor time from <c>/proc</c>: of this process, and of a PostgreSQL cluster, that is its postmaster, the processes under it and those that were.
/// It holds where a rate does not, on a machine that does other things as well.
/// </summary>
internal static class ProcessorTime
{
    // Of USER_HZ, which is 100 on every architecture that Linux and .NET share.
    private const double TickSeconds = 0.01;

    /// <summary>Seconds of this process so far.</summary>
    public static double Own => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Seconds of the cluster with that data folder so far.</summary>
    public static double OfCluster(string dataFolder)
    {
        var postmaster = File.ReadLines(Path.Combine(dataFolder, "postmaster.pid")).First();
        var total = Fields(postmaster) is { } own ? Ticks(own, 11, 14) : 0;
        foreach (var process in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(static n => char.IsAsciiDigit(n![0])))
            if (Fields(process!) is { } fields && fields[1] == postmaster) total += Ticks(fields, 11, 12);
        return total * TickSeconds;
    }

    // proc(5): after the name, which may hold anything, come state, parent, …, utime, stime, cutime, cstime. Null where the process has just ended.
    private static string[]? Fields(string process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static double Ticks(string[] fields, int first, int last) => fields[first..(last + 1)].Sum(static f => double.Parse(f, CultureInfo.InvariantCulture));
}
