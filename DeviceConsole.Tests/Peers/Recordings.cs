namespace DeviceConsole.Tests.Peers;

/// <summary>
/// Recordings of real devices (<c>*.snmprec</c>) in the folder that <c>DEVICECONSOLE_SNMPREC</c> names, on machines that
/// have them; the repository does not need them.
/// </summary>
public static class Recordings
{
    private const string Simulator = "/usr/bin/snmpsimd";

    public static string? Folder { get; } = Environment.GetEnvironmentVariable("DEVICECONSOLE_SNMPREC") is { Length: > 0 } path && Directory.Exists(path) ? path : null;

    /// <summary>Null where the recordings can be replayed, else why not.</summary>
    public static string? WhyNot =>
        Folder is null ? "DEVICECONSOLE_SNMPREC does not name a folder with recordings (*.snmprec)."
        : !File.Exists(Simulator) ? "snmpsimd is not installed (Debian's package snmpsim)."
        : null;
}

/// <summary>A test that is shown as skipped, with the reason, where the recordings or their player are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordingsFactAttribute : FactAttribute
{
    public RecordingsFactAttribute() => Skip = Recordings.WhyNot;
}
