using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Mibs;

/// <summary>Limits of the MIB library, of each tenant; section <c>Mibs</c> of the configuration.</summary>
[SettingsSection("Mibs")]
public sealed class MibOptions
{
    /// <summary>What one upload may have as it is sent, in bytes.</summary>
    public long MaximumUpload { get; set; } = 256L * 1024 * 1024;

    /// <summary>What it may have unpacked, in bytes.</summary>
    public long MaximumUnpacked { get; set; } = 1024L * 1024 * 1024;

    /// <summary>The largest file of it, unpacked, in bytes.</summary>
    public int MaximumFile { get; set; } = 16 * 1024 * 1024;

    /// <summary>Files of one upload, unpacked.</summary>
    public int MaximumFiles { get; set; } = 20_000;

    /// <summary>How many times its own size an archive may unpack to; asked from 10 MB on.</summary>
    public int MaximumRatio { get; set; } = 100;

    /// <summary>Modules of a tenant's library.</summary>
    public int MaximumModules { get; set; } = 20_000;

    internal MibArchiveLimits Archives => new(MaximumUnpacked, MaximumFile, MaximumFiles, MaximumRatio);
}
