using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Files;

/// <summary>Limits of the file library; section <c>Files</c> of the configuration.</summary>
[SettingsSection("Files")]
public sealed class FileLibraryOptions
{
    /// <summary>How devices reach the file server, without a path: <c>http://acs.example.net:8081/</c>. Set from the devices' address where the configuration does not.</summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>The largest file of the library, in bytes.</summary>
    public long MaximumFile { get; set; } = 512L * 1024 * 1024;

    /// <summary>The largest file that a device may send, in bytes.</summary>
    public long MaximumReceived { get; set; } = 32L * 1024 * 1024;

    /// <summary>What a tenant's files may have in all, in bytes.</summary>
    public long MaximumTenant { get; set; } = 16L * 1024 * 1024 * 1024;

    /// <summary>How many requests one link answers: devices look first, fetch in ranges and try again.</summary>
    public int RequestsPerLink { get; set; } = 400;
}
