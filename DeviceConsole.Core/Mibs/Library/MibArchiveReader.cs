using System.Buffers.Binary;
using System.IO.Compression;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// Reads the files of one upload, one after the other: MIB files as they are, zip and tar archives (gzipped or not) into the files in them. It holds one file at a
/// time; nothing is written to disk, and what is declared is not believed: bytes are counted as they come out.
/// </summary>
/// <param name="limits">Of the upload as a whole.</param>
/// <param name="cancellationToken">Ends it.</param>
public sealed partial class MibArchiveReader(MibArchiveLimits limits, CancellationToken cancellationToken)
{
    private const int UnixLink = 0xA000, UnixKind = 0xF000;
    private const int EndOfDirectory = 22, LongestComment = 65_535, Beginning = 512;

    // A directory entry has 46 bytes and its name; with more than this each, the count at the end of the directory is a lie.
    private const int LongestEntry = 1_024;

    private int files;
    private long total;

    /// <summary>The files of one of the uploaded files. Nothing comes behind a refusal. The stream seeks, and stays open.</summary>
    public IEnumerable<MibUnpacked> Read(string fileName, Stream content)
    {
        var name = MibArchive.NameOf(fileName);
        using var entries = Dispatch(name, fileName, content).GetEnumerator();
        while (true)
        {
            MibUnpacked next;
            try
            {
                if (!entries.MoveNext()) yield break;
                next = entries.Current;
            }
            catch (InvalidDataException)
            {
                next = new(null, Damaged(name, content));
            }
            yield return next;
            if (next.Refusal is not null) yield break;
        }
    }

    private static Problem Damaged(string name, Stream content)
    {
        content.Position = 0;
        Span<byte> first = stackalloc byte[2];
        return content.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == 2 && ArchiveRefusals.IsGzip(first)
            ? ArchiveRefusals.Refuse($"{name} is damaged, so it cannot be unpacked. Pack it again, or download it once more.")
            : ArchiveRefusals.Refuse($"{name} is damaged or locked with a password, so it cannot be unpacked. Pack it again without a password.");
    }

    private IEnumerable<MibUnpacked> Dispatch(string name, string fileName, Stream content)
    {
        var begin = new byte[Beginning];
        var length = content.ReadAtLeast(begin, Beginning, throwOnEndOfStream: false);
        content.Position = 0;
        var bytes = begin.AsSpan(0, length);
        if (ArchiveRefusals.IsZip(bytes)) return Zip(name, content);
        if (ArchiveRefusals.IsTar(bytes)) return Tar(name, content, null, content.Length);
        if (ArchiveRefusals.IsGzip(bytes)) return Gzip(name, content);
        if (ArchiveRefusals.Packed(bytes) is { } kind) return [Refused(ArchiveRefusals.Refuse($"{name} is a {kind} archive; only zip and tar archives (.zip, .tar, .tar.gz) are unpacked. Unpack it first, and upload the modules or such an archive of them."))];
        return [Plain(name, fileName, content)];
    }

    private MibUnpacked Plain(string name, string fileName, Stream content)
    {
        if (content.Length > limits.File) return Refused(ArchiveRefusals.Refuse($"{MibArchive.NameOf(fileName)} has more than {limits.File / 1024 / 1024} MB; a MIB module has a few hundred kilobytes. Upload the module alone."));
        if (++files > limits.Files) return Refused(ArchiveRefusals.TooMany(limits));
        if ((total += content.Length) > limits.Unpacked) return Refused(ArchiveRefusals.Bomb("The upload", limits));
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return new(new MibSource(name, bytes), null);
    }

    private IEnumerable<MibUnpacked> Zip(string name, Stream content)
    {
        // The directory's own count, before anything walks through it: 0xFFFF stands for "more than fit".
        if (Directory(content) is not { } directory)
        {
            yield return Refused(ArchiveRefusals.Refuse($"{name} is cut off or is not a zip archive. Pack it again, or download it once more."));
            yield break;
        }
        if (directory.Entries > limits.Files || directory.Length > (long)(limits.Files + 1) * LongestEntry)
        {
            yield return Refused(ArchiveRefusals.TooMany(limits));
            yield break;
        }
        using var archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
        // An honest bomb is told by its directory; what comes out is counted all the same.
        var (before, declared) = (total, archive.Entries.Sum(e => e.Length));
        if (total + declared > limits.Unpacked || IsOutOfProportion(declared, content.Length))
        {
            yield return Refused(ArchiveRefusals.Bomb(name, limits));
            yield break;
        }
        foreach (var entry in archive.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.FullName.EndsWith('/')) continue;
            if (ZipEntry(name, entry, content.Length, before) is { } found) yield return found;
        }
    }

    private MibUnpacked? ZipEntry(string archive, ZipArchiveEntry entry, long packed, long before)
    {
        if (ArchiveRefusals.LeadsOut(archive, entry.FullName) is { } outside) return Refused(outside);
        if (((entry.ExternalAttributes >> 16) & UnixKind) == UnixLink) return Refused(ArchiveRefusals.Link(archive, entry.FullName));
        if (entry.Length > limits.File) return Refused(ArchiveRefusals.Bomb(archive, limits));
        if (files >= limits.Files) return Refused(ArchiveRefusals.TooMany(limits));
        using var content = entry.Open();
        if (Read(content, packed, before) is not { } bytes) return Refused(ArchiveRefusals.Bomb(archive, limits));
        if (ArchiveRefusals.IsZip(bytes) || ArchiveRefusals.Packed(bytes) is not null) return Refused(ArchiveRefusals.Nested(archive, entry.FullName));
        return Found(entry.FullName, bytes);
    }

    private MibUnpacked? Found(string path, byte[] bytes)
    {
        if (ArchiveRefusals.IsJunk(path)) return null;
        files++;
        return new(new MibSource(MibArchive.NameOf(path), bytes), null);
    }

    // Everything that a stream has; null where that is too much.
    private byte[]? Read(Stream content, long packed, long before)
    {
        using var unpacked = new MemoryStream();
        var buffer = new byte[81_920];
        while (content.Read(buffer) is > 0 and var count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            total += count;
            if (unpacked.Length + count > limits.File || total > limits.Unpacked || IsOutOfProportion(total - before, packed)) return null;
            unpacked.Write(buffer, 0, count);
        }
        return unpacked.ToArray();
    }

    private bool IsOutOfProportion(long unpacked, long packed) => unpacked > MibArchiveLimits.RatioFrom && unpacked / Math.Max(1, packed) >= limits.Ratio;

    /// <summary>The number of entries that the end of the directory tells, and how many bytes they can have; null where there is no such end.</summary>
    private static (int Entries, long Length)? Directory(Stream content)
    {
        var tail = new byte[Math.Min(content.Length, EndOfDirectory + LongestComment)];
        content.Position = content.Length - tail.Length;
        content.ReadExactly(tail);
        content.Position = 0;
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || at + EndOfDirectory > tail.Length) return null;
        return (BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10)), content.Length - BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16)));
    }

    private static MibUnpacked Refused(Problem problem) => new(null, problem);
}
