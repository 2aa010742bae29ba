using System.IO.Compression;
using System.Text;

namespace DeviceConsole.Core.Mibs;

// Tar archives (POSIX.1-1988 ustar, GNU, pax) and what gzip packed. The headers are read here and not by a library: what a header declares as its own length
// must not be allocated, and links and devices must not be followed.
public sealed partial class MibArchiveReader
{
    private const int Block = 512, LongestName = 65_536;

    /// <summary>A gzipped tar archive, or one gzipped file.</summary>
    private IEnumerable<MibUnpacked> Gzip(string name, Stream content)
    {
        using var stream = new GZipStream(content, CompressionMode.Decompress, leaveOpen: true);
        var first = new byte[Block];
        var length = stream.ReadAtLeast(first, Block, throwOnEndOfStream: false);
        // Nothing at all comes out of one that is cut off in its header.
        if (length == 0) throw new InvalidDataException("Nothing comes out.");
        if (ArchiveRefusals.IsTar(first.AsSpan(0, length)))
        {
            foreach (var file in Tar(name, stream, first, content.Length)) yield return file;
            yield break;
        }
        var inner = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        if (ArchiveRefusals.IsZip(first) || ArchiveRefusals.Packed(first.AsSpan(0, length)) is not null) yield return Refused(ArchiveRefusals.Nested(name, inner));
        else if (files >= limits.Files) yield return Refused(ArchiveRefusals.TooMany(limits));
        else if (Read(new Preceded(first.AsMemory(0, length), stream), content.Length, total) is not { } bytes) yield return Refused(ArchiveRefusals.Bomb(name, limits));
        else
        {
            files++;
            yield return new(new MibSource(inner, bytes), null);
        }
    }

    private IEnumerable<MibUnpacked> Tar(string archive, Stream content, byte[]? first, long packed)
    {
        string? longName = null;
        var (before, header) = (total, new byte[Block]);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Header(content, ref first, header) || header[0] == 0) yield break;
            if (!IsSummed(header) || Octal(header.AsSpan(124, 12)) is not { } size)
            {
                yield return Refused(CutOff(archive));
                yield break;
            }
            var kind = (char)header[156];
            var name = longName ?? Name(header);
            if (kind is not ('x' or 'L' or 'g' or 'K') && TarEntry(archive, name, kind) is { } refusal)
            {
                yield return Refused(refusal);
                yield break;
            }
            if (size > (kind is 'x' or 'L' or 'g' or 'K' ? LongestName : limits.File) || (total += size) > limits.Unpacked || IsOutOfProportion(total - before, packed))
            {
                yield return Refused(ArchiveRefusals.Bomb(archive, limits));
                yield break;
            }
            var data = new byte[size];
            if (!Data(content, data))
            {
                yield return Refused(CutOff(archive));
                yield break;
            }
            if (kind is 'x' or 'L') longName = kind == 'L' ? Text(data) : PaxPath(data) ?? longName;
            if (kind is 'x' or 'L' or 'g' or 'K') continue;
            longName = null;
            if (kind == '5') continue;
            if (ArchiveRefusals.IsZip(data) || ArchiveRefusals.Packed(data) is not null)
            {
                yield return Refused(ArchiveRefusals.Nested(archive, name));
                yield break;
            }
            if (Found(name, data) is { } found) yield return found;
        }
    }

    private static Problem CutOff(string archive) => ArchiveRefusals.Refuse($"{archive} is cut off or damaged. Pack it again, or download it once more.");

    // False where the archive ends: with blocks of zeros, or without.
    private static bool Header(Stream content, ref byte[]? first, byte[] into)
    {
        if (first is null) return content.ReadAtLeast(into, Block, throwOnEndOfStream: false) == Block;
        first.CopyTo(into, 0);
        first = null;
        return true;
    }

    // The data of an entry and what fills its last block.
    private static bool Data(Stream content, byte[] into)
    {
        if (content.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length) return false;
        Span<byte> rest = stackalloc byte[(Block - into.Length % Block) % Block];
        content.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        return true;
    }

    private Problem? TarEntry(string archive, string name, char kind)
    {
        if (ArchiveRefusals.LeadsOut(archive, name) is { } outside) return outside;
        if (kind is '1' or '2') return ArchiveRefusals.Link(archive, name);
        if (kind == '5') return null;
        if (kind is not ('0' or '7' or '\0')) return ArchiveRefusals.Strange(archive, name);
        return files >= limits.Files ? ArchiveRefusals.TooMany(limits) : null;
    }

    // The sum of the header's bytes, its own field counted as blanks.
    private static bool IsSummed(ReadOnlySpan<byte> header)
    {
        long sum = 0;
        for (var i = 0; i < Block; i++) sum += i is >= 148 and < 156 ? ' ' : header[i];
        return Octal(header.Slice(148, 8)) == sum;
    }

    private static long? Octal(ReadOnlySpan<byte> field)
    {
        long value = 0;
        foreach (var b in field.Trim(" \0"u8))
        {
            if (b is < (byte)'0' or > (byte)'7') return null;
            value = (value * 8) + b - '0';
        }

        return value;
    }

    private static string Name(ReadOnlySpan<byte> header)
    {
        var prefix = header[257..].StartsWith("ustar\0"u8) ? Text(header.Slice(345, 155)) : "";
        var name = Text(header[..100]);
        return prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes);

    // Records of pax: their length, a blank, key=value and a line feed.
    private static string? PaxPath(ReadOnlySpan<byte> records)
    {
        foreach (var line in Encoding.UTF8.GetString(records).Split('\n'))
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (blank > 0 && line.AsSpan(blank + 1).StartsWith("path=", StringComparison.Ordinal)) return line[(blank + 6)..];
        }

        return null;
    }
}
