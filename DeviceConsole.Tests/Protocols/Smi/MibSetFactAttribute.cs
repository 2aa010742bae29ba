namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>A test over a set of vendors' modules that may not be handed on; skipped, visibly, where the set is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MibSetFactAttribute : FactAttribute
{
    /// <summary>Skips without the set.</summary>
    public MibSetFactAttribute()
    {
        if (Folder is null) Skip = "DEVICECONSOLE_MIB_SET does not name a folder with modules/, oracle/ and consensus.tsv.";
    }

    /// <summary>The set's folder; null where there is none.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("DEVICECONSOLE_MIB_SET") is { Length: > 0 } path && File.Exists(Path.Combine(path, "consensus.tsv")) ? path : null;
}
