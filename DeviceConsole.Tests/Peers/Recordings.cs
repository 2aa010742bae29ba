namespace DeviceConsole.Tests.Peers;

/// <summary>
/// Recordings of real devices that lie beside the checkout on machines that have them (<c>../shared/data/snmprec</c>);
/// the repository does not need them.
/// </summary>
public static class Recordings
{
    private const string Simulator = "/usr/bin/snmpsimd";

    public static string? Folder { get; } = Find();

    /// <summary>Null where the recordings can be replayed, else why not.</summary>
    public static string? WhyNot =>
        Folder is null ? "There are no recordings beside this checkout (../shared/data/snmprec)."
        : !File.Exists(Simulator) ? "snmpsimd is not installed (Debian's package snmpsim)."
        : null;

    private static string? Find()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "DeviceConsole.sln"))) root = root.Parent;
        if (root is null) return null;
        var folder = Path.GetFullPath(Path.Combine(root.FullName, "..", "shared", "data", "snmprec"));
        return Directory.Exists(folder) ? folder : null;
    }
}

/// <summary>A test that is shown as skipped, with the reason, where the recordings or their player are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordingsFactAttribute : FactAttribute
{
    public RecordingsFactAttribute() => Skip = Recordings.WhyNot;
}
