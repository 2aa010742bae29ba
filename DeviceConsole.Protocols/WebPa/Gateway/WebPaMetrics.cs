using System.Diagnostics.Metrics;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>Counts of WebPA, on the product's meter.</summary>
public sealed class WebPaMetrics : IDisposable
{
    private readonly Meter meter;
    private readonly Counter<long> skipped;
    private readonly UpDownCounter<long> connected;

    /// <summary>One for the process.</summary>
    public WebPaMetrics(IMeterFactory meters)
    {
        meter = meters.Create("DeviceConsole");
        skipped = meter.CreateCounter<long>("webpa_skipped_total", "{message}", "Messages of WebPA devices that were skipped: text, malformed, or answers that nobody waits for.");
        connected = meter.CreateUpDownCounter<long>("webpa_connections", "{connection}", "WebPA devices that are connected to this node.");
    }

    /// <summary>A message was skipped.</summary>
    public void Skipped() => skipped.Add(1);

    /// <summary>A device connected (1) or left (-1).</summary>
    public void Connected(int change) => connected.Add(change);

    /// <inheritdoc />
    public void Dispose() => meter.Dispose();
}
