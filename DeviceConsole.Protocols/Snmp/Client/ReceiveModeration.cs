using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// Where many answers come close after each other, waits a moment before the next look, so that one wake-up of the receiving thread, and
/// one of those that go on, serves several: what a network card's interrupt moderation does. A wake-up costs more than an answer's reading.
/// The moment (about 0.1 ms) is short against the time a device takes; few in flight, or slow answers, are not held up at all.
/// </summary>
internal struct ReceiveModeration
{
    private const int Many = 8;
    private const uint PauseMicroseconds = 50;
    private static readonly long Close = Stopwatch.Frequency / 5_000;

    private long last;
    private long gap;

    public ReceiveModeration() => gap = long.MaxValue;

    /// <summary>A datagram was read.</summary>
    public void Received()
    {
        var now = Stopwatch.GetTimestamp();
        gap = now - last;
        last = now;
    }

    /// <summary>True where waiting gathers answers.</summary>
    public readonly bool IsDue(int awaited) => awaited >= Many && gap < Close;

    /// <summary>The moment; nothing where the system has no sleep this short.</summary>
    public static void Pause()
    {
        if (OperatingSystem.IsLinux()) _ = NativeSleep(PauseMicroseconds);
    }

    [DllImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeSleep(uint microseconds);
}
