namespace DeviceConsole.Core.Mibs;

/// <summary>What an upload may unpack to.</summary>
/// <param name="Unpacked">Bytes in all.</param>
/// <param name="File">Bytes of one file.</param>
/// <param name="Files">Files in all.</param>
/// <param name="Ratio">How many times its own size an archive may unpack to, from <see cref="RatioFrom"/> on.</param>
public sealed record MibArchiveLimits(long Unpacked, int File, int Files, int Ratio)
{
    /// <summary>Bytes that an archive of any size may unpack to.</summary>
    public const long RatioFrom = 10 * 1024 * 1024;
}

/// <summary>One step of unpacking: a file, or the sentence that ends it.</summary>
public readonly record struct MibUnpacked(MibSource? File, Problem? Refusal);
