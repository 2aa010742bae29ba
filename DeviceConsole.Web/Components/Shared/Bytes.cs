using System.Globalization;

namespace DeviceConsole.Web.Components.Shared;

/// <summary>Sizes in words.</summary>
public static class Bytes
{
    /// <summary>"812 B", "14.2 KiB", "31.0 MiB".</summary>
    public static string Words(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.00} GiB"),
    };
}
