namespace DeviceConsole.Protocols.Cwmp;

/// <summary>The versions of CWMP as a device offers them in SupportedCWMPVersions (TR-069 §3.7.2.4).</summary>
internal static class CwmpVersions
{
    private static readonly string[] Known = ["1.4", "1.3", "1.2", "1.1", "1.0"];

    /// <summary>The highest one that both sides speak, for UseCWMPVersion; empty where the device offers none, or none that is known.</summary>
    /// <param name="offered">Separated by commas: <c>1.0, 1.2, 1.4</c>.</param>
    public static string Choose(string offered)
    {
        if (offered.Length == 0) return "";
        var versions = offered.Split(',', StringSplitOptions.TrimEntries);
        return Known.FirstOrDefault(versions.Contains) ?? "";
    }
}
