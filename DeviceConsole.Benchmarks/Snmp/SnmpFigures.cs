namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>What one run did.</summary>
/// <param name="Count">OIDs or requests.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="CpuSeconds">CPU time of the manager's process.</param>
/// <param name="Bytes">Bytes allocated, where they can be counted.</param>
internal sealed record SnmpFigures(int Count, double Seconds, double CpuSeconds, long Bytes = 0)
{
    public double PerSecond => Count / Seconds;

    public double CpuMicroseconds => CpuSeconds * 1e6 / Count;

    public double BytesEach => (double)Bytes / Count;

    /// <summary>The run in the middle by rate; null where there was none.</summary>
    public static SnmpFigures? Median(IEnumerable<SnmpFigures> runs)
    {
        var sorted = runs.OrderBy(r => r.PerSecond).ToList();
        return sorted.Count == 0 ? null : sorted[sorted.Count / 2];
    }
}
