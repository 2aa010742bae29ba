using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp.BulkData;

/// <summary>Limits of the collector of bulk data on this node; section <c>BulkData</c> of the configuration.</summary>
[SettingsSection("BulkData")]
public sealed class BulkDataOptions
{
    /// <summary>Reports that are worked on at once; the next one is answered with 503 and Retry-After.</summary>
    public int MaximumReports { get; set; } = 32;

    /// <summary>The shortest Retry-After, in seconds; up to as much again is added at random.</summary>
    public int RetryAfter { get; set; } = 30;

    /// <summary>How many reports of one profile are taken at once after a silence; then one each five seconds.</summary>
    public int BurstPerProfile { get; set; } = 20;

    /// <summary>How long a body may take.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the nonce of a Digest challenge holds.</summary>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(5);
}
