using System.Globalization;

namespace DeviceConsole.Tests.Peers;

/// <summary>What work costs, whoever else has the machine meanwhile.</summary>
public static class Processor
{
    /// <summary>What this thread has had of a processor (proc(5), schedstat). Only for work that begins and ends on one thread.</summary>
    public static TimeSpan Time => TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1_000);
}
