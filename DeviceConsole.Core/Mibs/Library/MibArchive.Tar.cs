using System.IO.Compression;
using System.Text;

namespace DeviceConsole.Core.Mibs;

// Tar archives (POSIX.1-1988 ustar, GNU, pax) and what gzip packed. The headers are read here and not by a library: what a header declares as its own length
// must not be allocated, and links and devices must not be followed.
public static partial class MibArchive
{
    private const int Block = 512;

    private static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    private static bool IsTar(ReadOnlySpan<byte> bytes) => bytes.Length >= Block && bytes[257..].StartsWith("ustar"u8);

    /// <summary>A gzipped tar archive, or one gzipped file.</summary>
    private static Problem? Gzip(MibSource upload, List<MibSource> files, ref long total, CancellationToken cancellationToken)
    {
        var name = NameOf(upload.FileName);
        if (Inflate(upload.Bytes, MaximumUnpacked - total, out var isDamaged, cancellationToken) is not { } bytes)
            return isDamaged ? Refuse($"{name} is damaged, so it cannot be unpacked. Pack it again, or download it once more.") : Bomb(name);
        if (IsTar(bytes.Span)) return Tar(name, bytes, files, ref total, cancellationToken);
        var inner = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        if (bytes.Span.StartsWith("PK\u0003\u0004"u8) || Packed(bytes.Span) is not null) return Nested(name, inner);
        if (bytes.Length > MaximumFile) return Bomb(name);
        if (files.Count >= MaximumFiles) return TooMany();
        total += bytes.Length;
        files.Add(new MibSource(inner, bytes));
        return null;
    }

    private static ReadOnlyMemory<byte>? Inflate(ReadOnlyMemory<byte> packed, long limit, out bool isDamaged, CancellationToken cancellationToken)
    {
        isDamaged = false;
        try
        {
            using var source = new MemoryStream(packed.ToArray(), writable: false);
            using var stream = new GZipStream(source, CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            var buffer = new byte[81_920];
            while (stream.Read(buffer) is > 0 and var count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (unpacked.Length + count > limit) return null;
                unpacked.Write(buffer, 0, count);
            }

            // Nothing at all comes out of one that is cut off in its header.
            isDamaged = unpacked.Length == 0;
            if (isDamaged) return null;
            return unpacked.GetBuffer().AsMemory(0, (int)unpacked.Length);
        }
        catch (InvalidDataException)
        {
            isDamaged = true;
            return null;
        }
    }

    private static Problem? Tar(string archive, ReadOnlyMemory<byte> bytes, List<MibSource> files, ref long total, CancellationToken cancellationToken)
    {
        string? longName = null;
        for (var at = 0; at + Block <= bytes.Length && bytes.Span[at] != 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var header = bytes.Span.Slice(at, Block);
            if (!IsSummed(header) || Octal(header.Slice(124, 12)) is not { } size || size > bytes.Length - at - Block)
                return Refuse($"{archive} is cut off or damaged. Pack it again, or download it once more.");
            var data = bytes.Slice(at + Block, (int)size);
            at += Block + (int)((size + Block - 1) / Block * Block);
            var kind = (char)header[156];
            if (kind is 'x' or 'L')
            {
                longName = kind == 'L' ? Text(data.Span) : PaxPath(data.Span) ?? longName;
                continue;
            }

            if (kind is 'g' or 'K') continue;
            var name = longName ?? Name(header);
            longName = null;
            if (TarEntry(archive, name, kind, data, files, ref total) is { } problem) return problem;
        }

        return null;
    }

    private static Problem? TarEntry(string archive, string name, char kind, ReadOnlyMemory<byte> data, List<MibSource> files, ref long total)
    {
        if (LeadsOut(archive, name) is { } outside) return outside;
        if (kind is '1' or '2') return Link(archive, name);
        if (kind == '5') return null;
        if (kind is not ('0' or '7' or '\0')) return Refuse($"{archive} contains something that is neither a file nor a folder (\"{Shown(name)}\"). Pack the MIB files alone.");
        if (files.Count >= MaximumFiles) return TooMany();
        total += data.Length;
        if (data.Length > MaximumFile || total > MaximumUnpacked) return Bomb(archive);
        if (data.Span.StartsWith("PK\u0003\u0004"u8) || Packed(data.Span) is not null) return Nested(archive, name);
        if (!IsJunk(name)) files.Add(new MibSource(NameOf(name), data));
        return null;
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
