using System.Globalization;

namespace DeviceConsole.Core.Mibs;

/// <summary>What is refused in an upload, in sentences; and what of an archive is no MIB.</summary>
internal static class ArchiveRefusals
{
    /// <summary>No file at all.</summary>
    public static Problem Nothing() => Refuse("Choose a file first: a MIB module, several of them, or a zip or tar archive.");

    /// <summary>A path that would leave the archive's own folder; null for others.</summary>
    public static Problem? LeadsOut(string archive, string name)
    {
        var path = name.Replace('\\', '/');
        return path.StartsWith('/') || path.Contains(':', StringComparison.Ordinal) || path.Split('/').Contains("..")
            ? Refuse($"{archive} contains a path that leads out of it (\"{Shown(path)}\"). Such archives are refused; pack the files again without leading paths.")
            : null;
    }

    /// <summary>A symbolic or hard link.</summary>
    public static Problem Link(string archive, string name) => Refuse($"{archive} contains a link (\"{Shown(name)}\"). Links are refused; pack the file that it points to.");

    /// <summary>A device, a pipe.</summary>
    public static Problem Strange(string archive, string name) => Refuse($"{archive} contains something that is neither a file nor a folder (\"{Shown(name)}\"). Pack the MIB files alone.");

    /// <summary>An archive in an archive.</summary>
    public static Problem Nested(string archive, string name) =>
        Refuse($"{archive} contains another archive (\"{Shown(name)}\"). Archives in archives are refused; unpack it and upload it by itself.");

    /// <summary>Too many files.</summary>
    public static Problem TooMany(MibArchiveLimits limits) => Refuse(string.Create(CultureInfo.InvariantCulture, $"The upload has more than {limits.Files:N0} files. Upload them in parts."));

    /// <summary>Too much comes out.</summary>
    public static Problem Bomb(string name, MibArchiveLimits limits) =>
        Refuse(string.Create(CultureInfo.InvariantCulture, $"{name} unpacks to more than is accepted: {limits.File / 1024 / 1024} MB a file, {limits.Unpacked / 1024 / 1024:N0} MB in all, and {limits.Ratio} times its own size. Upload the modules in parts."));

    /// <summary>Any other sentence.</summary>
    public static Problem Refuse(string message) => Problem.Invalid("files", message);

    /// <summary>What archives begin with that are not unpacked here, or not in archives; null for what may be text.</summary>
    public static string? Packed(ReadOnlySpan<byte> bytes) =>
        IsGzip(bytes) ? "gzip" : bytes.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF]) ? "7z" : bytes.StartsWith("Rar!"u8) ? "rar"
        : bytes.StartsWith("BZh"u8) ? "bzip2" : bytes.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58]) ? "xz" : IsTar(bytes) ? "tar" : null;

    /// <summary>True for gzip (RFC 1952 clause 2.3.1).</summary>
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <summary>True for tar with a POSIX.1-1988 or GNU header.</summary>
    public static bool IsTar(ReadOnlySpan<byte> bytes) => bytes.Length >= 512 && bytes[257..].StartsWith("ustar"u8);

    /// <summary>True for zip, an empty one as well.</summary>
    public static bool IsZip(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK\u0003\u0004"u8) || bytes.StartsWith("PK\u0005\u0006"u8);

    /// <summary>What archives of MIBs carry beside MIBs; a file with any other ending may be a module.</summary>
    public static bool IsJunk(string path)
    {
        var name = MibArchive.NameOf(path);
        return name.StartsWith('.') || path.StartsWith("__MACOSX/", StringComparison.Ordinal)
            || Path.GetExtension(name).ToUpperInvariant() is ".PNG" or ".GIF" or ".JPG" or ".PDF" or ".HTML" or ".HTM" or ".DOC" or ".DOCX" or ".XLS" or ".XLSX" or ".EXE" or ".ZIP" or ".MD" or ".XML" or ".JSON" or ".CSV";
    }

    private static string Shown(string path) => string.Concat(path.Where(c => !char.IsControl(c)).Take(80));
}
