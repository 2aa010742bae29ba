using System.Globalization;

namespace DeviceConsole.Protocols.Files;

/// <summary>A part of a file that was asked for (RFC 9110 §14).</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many.</param>
public readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>
    /// Reads a Range header. Null where the whole file is to be sent: no header, another unit, something that is no range, or several ranges, which a server
    /// may answer with the whole (§14.2). A range of length 0 where it lies outside of the file: 416.
    /// </summary>
    public static ByteRange? Parse(string? header, long size)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) return null;
        var text = header.AsSpan(6).Trim();
        var dash = text.IndexOf('-');
        if (dash < 0 || text.Contains(',')) return null;
        var first = text[..dash].Trim();
        var last = text[(dash + 1)..].Trim();
        if (first.IsEmpty) return TryRead(last, out var suffix) ? Suffix(suffix, size) : null;
        if (!TryRead(first, out var from)) return null;
        var to = size - 1;
        if (!last.IsEmpty)
        {
            if (!TryRead(last, out var given) || given < from) return null;
            to = Math.Min(to, given);
        }
        return from >= size ? new ByteRange(0, 0) : new ByteRange(from, to - from + 1);
    }

    private static ByteRange Suffix(long length, long size) => length == 0 || size == 0 ? new ByteRange(0, 0) : new ByteRange(Math.Max(0, size - length), Math.Min(length, size));

    private static bool TryRead(ReadOnlySpan<char> text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
