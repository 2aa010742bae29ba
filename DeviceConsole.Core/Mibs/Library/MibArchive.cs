using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// Unpacks what somebody uploaded: MIB files as they are, zip and tar archives (gzipped or not) into the files in them. Nothing is written to disk, and what
/// is declared is not believed: bytes are counted as they come out.
/// </summary>
public static partial class MibArchive
{
    /// <summary>Bytes of one upload, packed.</summary>
    public const int MaximumUpload = 32 * 1024 * 1024;

    /// <summary>Bytes of everything in it, unpacked.</summary>
    public const int MaximumUnpacked = 100 * 1024 * 1024;

    /// <summary>Bytes of one file.</summary>
    public const int MaximumFile = 16 * 1024 * 1024;

    /// <summary>Files in one upload.</summary>
    public const int MaximumFiles = 10_000;

    private const int UnixLink = 0xA000, UnixKind = 0xF000;

    /// <summary>The files in an upload, or the sentence that says why it is refused as a whole.</summary>
    public static Result<IReadOnlyList<MibSource>> Unpack(IReadOnlyList<MibSource> uploaded, CancellationToken cancellationToken)
    {
        var files = new List<MibSource>();
        long total = 0;
        if (uploaded.Count == 0) return Refuse("Choose a file first: a MIB module, several of them, or a zip or tar archive.");
        if (uploaded.Sum(u => (long)u.Bytes.Length) > MaximumUpload) return Refuse($"The upload has more than {MaximumUpload / 1024 / 1024} MB. Upload fewer files at once, or pack them into a zip archive.");
        foreach (var upload in uploaded)
        {
            var bytes = upload.Bytes.Span;
            if (bytes.StartsWith("PK\u0003\u0004"u8) || bytes.StartsWith("PK\u0005\u0006"u8))
            {
                if (Archive(upload, files, ref total, cancellationToken) is { } refused) return refused;
                continue;
            }
            if (IsTar(bytes) || IsGzip(bytes))
            {
                var problem = IsTar(bytes) ? Tar(NameOf(upload.FileName), upload.Bytes, files, ref total, cancellationToken) : Gzip(upload, files, ref total, cancellationToken);
                if (problem is not null) return problem;
                continue;
            }
            if (Packed(bytes) is { } kind) return Refuse($"{NameOf(upload.FileName)} is a {kind} archive; only zip and tar archives (.zip, .tar, .tar.gz) are unpacked. Unpack it first, and upload the modules or such an archive of them.");
            if (bytes.Length > MaximumFile) return Refuse($"{upload.FileName} has more than {MaximumFile / 1024 / 1024} MB; a MIB module has a few hundred kilobytes. Upload the module alone.");
            total += bytes.Length;
            files.Add(upload with { FileName = NameOf(upload.FileName) });
            if (files.Count > MaximumFiles) return TooMany();
        }
        return files;
    }

    private static Problem? Archive(MibSource upload, List<MibSource> files, ref long total, CancellationToken cancellationToken)
    {
        var name = NameOf(upload.FileName);
        // The directory's own count, before anything walks through it: 0xFFFF stands for "more than fit".
        if (Entries(upload.Bytes.Span) is not { } entries) return Refuse($"{name} is cut off or is not a zip archive. Pack it again, or download it once more.");
        if (entries > MaximumFiles) return TooMany();
        try
        {
            using var stream = new MemoryStream(upload.Bytes.ToArray(), writable: false);
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            // An honest bomb is told by its directory; what comes out is counted all the same.
            if (total + archive.Entries.Sum(e => e.Length) > MaximumUnpacked) return Bomb(name);
            foreach (var entry in archive.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.FullName.EndsWith('/')) continue;
                if (Check(name, entry) is { } wrong) return wrong;
                if (files.Count >= MaximumFiles) return TooMany();
                if (Read(entry, ref total) is not { } bytes) return Bomb(name);
                if (bytes.AsSpan().StartsWith("PK\u0003\u0004"u8) || Packed(bytes) is not null)
                    return Nested(name, entry.FullName);
                if (!IsJunk(entry.FullName)) files.Add(new MibSource(NameOf(entry.FullName), bytes));
            }
            return null;
        }
        catch (InvalidDataException)
        {
            return Refuse($"{name} is damaged or locked with a password, so it cannot be unpacked. Pack it again without a password.");
        }
    }

    /// <summary>What other archives begin with; null for what may be text.</summary>
    private static string? Packed(ReadOnlySpan<byte> bytes) =>
        IsGzip(bytes) ? "gzip" : bytes.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF]) ? "7z" : bytes.StartsWith("Rar!"u8) ? "rar"
        : bytes.StartsWith("BZh"u8) ? "bzip2" : bytes.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58]) ? "xz" : IsTar(bytes) ? "tar" : null;

    private static Problem? Check(string archive, ZipArchiveEntry entry)
    {
        if (LeadsOut(archive, entry.FullName) is { } outside) return outside;
        if (((entry.ExternalAttributes >> 16) & UnixKind) == UnixLink)
            return Link(archive, entry.FullName);
        return entry.Length > MaximumFile ? Bomb(archive) : null;
    }

    private static Problem? LeadsOut(string archive, string name)
    {
        var path = name.Replace('\\', '/');
        return path.StartsWith('/') || path.Contains(':', StringComparison.Ordinal) || path.Split('/').Contains("..")
            ? Refuse($"{archive} contains a path that leads out of it (\"{Shown(path)}\"). Such archives are refused; pack the files again without leading paths.")
            : null;
    }

    private static Problem Link(string archive, string name) => Refuse($"{archive} contains a link (\"{Shown(name)}\"). Links are refused; pack the file that it points to.");

    private static Problem Nested(string archive, string name) =>
        Refuse($"{archive} contains another archive (\"{Shown(name)}\"). Archives in archives are refused; unpack it and upload it by itself.");

    private static byte[]? Read(ZipArchiveEntry entry, ref long total)
    {
        using var packed = entry.Open();
        using var unpacked = new MemoryStream();
        var buffer = new byte[81_920];
        while (packed.Read(buffer) is > 0 and var count)
        {
            total += count;
            if (unpacked.Length + count > MaximumFile || total > MaximumUnpacked) return null;
            unpacked.Write(buffer, 0, count);
        }
        return unpacked.ToArray();
    }

    /// <summary>The number of entries that the end of the directory tells; null where there is no such end.</summary>
    private static int? Entries(ReadOnlySpan<byte> bytes)
    {
        var tail = bytes[Math.Max(0, bytes.Length - 65_557)..];
        var at = tail.LastIndexOf("PK\u0005\u0006"u8);
        return at < 0 || at + 12 > tail.Length ? null : BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 10)..]);
    }

    /// <summary>What archives of MIBs carry beside MIBs; a file with any other ending may be a module.</summary>
    private static bool IsJunk(string path)
    {
        var name = NameOf(path);
        return name.StartsWith('.') || path.StartsWith("__MACOSX/", StringComparison.Ordinal)
            || Path.GetExtension(name).ToUpperInvariant() is ".PNG" or ".GIF" or ".JPG" or ".PDF" or ".HTML" or ".HTM" or ".DOC" or ".DOCX" or ".XLS" or ".XLSX" or ".EXE" or ".ZIP" or ".MD" or ".XML" or ".JSON" or ".CSV";
    }

    /// <summary>A file's name without folders and control characters.</summary>
    internal static string NameOf(string path)
    {
        var name = path.Replace('\\', '/').Split('/')[^1];
        name = string.Concat(name.Where(c => !char.IsControl(c)));
        return name.Length == 0 ? "unnamed" : name.Length > 200 ? name[..200] : name;
    }

    private static string Shown(string path) => string.Concat(path.Where(c => !char.IsControl(c)).Take(80));

    private static Problem TooMany() => Refuse(string.Create(CultureInfo.InvariantCulture, $"The upload has more than {MaximumFiles:N0} files. Upload them in parts."));

    private static Problem Bomb(string name) =>
        Refuse($"{name} unpacks to more than is accepted: {MaximumFile / 1024 / 1024} MB a file and {MaximumUnpacked / 1024 / 1024} MB in all. Upload the modules in parts.");

    private static Problem Refuse(string message) => Problem.Invalid("files", message);
}
