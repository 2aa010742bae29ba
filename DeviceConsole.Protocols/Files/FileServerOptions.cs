using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Files;

/// <summary>Limits of the file server on this node; section <c>Files</c> of the configuration.</summary>
[SettingsSection("Files")]
public sealed class FileServerOptions
{
    /// <summary>Transfers at once; the next one is answered with 503 and Retry-After.</summary>
    public int MaximumTransfers { get; set; } = 64;

    /// <summary>The most bytes a second of one download; 0 for no limit.</summary>
    public long BytesPerSecond { get; set; } = 16L * 1024 * 1024;

    /// <summary>The shortest Retry-After, in seconds; up to as much again is added at random.</summary>
    public int RetryAfter { get; set; } = 30;
}
