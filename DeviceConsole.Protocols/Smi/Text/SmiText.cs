using System.Buffers;
using System.Text;

namespace DeviceConsole.Protocols.Smi.Text;

/// <summary>A file's characters with their lines. UTF-8 where the bytes are valid UTF-8, else Windows-1252, which Latin-1 is a part of.</summary>
internal sealed class SmiText : IDisposable
{
    // 0x80 to 0x9F of Windows-1252; the five bytes that it leaves undefined stand for themselves.
    private const string Windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

    private readonly List<int> lines = [];
    private char[] buffer;

    private SmiText(string file, char[] buffer, int length) => (File, this.buffer, Length) = (file, buffer, length);

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>How many characters there are.</summary>
    public int Length { get; }

    /// <summary>The decoded characters, in a borrowed array: those of a large file would be an object of the large heap each time.</summary>
    public ReadOnlySpan<char> Characters => buffer.AsSpan(0, Length);

    /// <summary>Decodes a file. Whoever has read it gives it back.</summary>
    public static SmiText Decode(string file, ReadOnlySpan<byte> bytes)
    {
        var buffer = ArrayPool<char>.Shared.Rent(Math.Max(bytes.Length, 16));
        return new SmiText(file, buffer, Decode(bytes, buffer));
    }

    /// <summary>Gives the characters back; places stay known where <see cref="FindLines"/> was called or a place was asked for before.</summary>
    public void Dispose()
    {
        if (buffer.Length > 0) ArrayPool<char>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>Line and column from 1.</summary>
    public (int Line, int Column) Place(int position)
    {
        FindLines();
        var at = lines.BinarySearch(position);
        var line = at >= 0 ? at : ~at - 1;
        return (line + 1, position - lines[line] + 1);
    }

    /// <summary>Finds where the lines begin: whoever asks for places once the characters are gone calls it before.</summary>
    public void FindLines()
    {
        if (lines.Count > 0) return;
        lines.Add(0);
        var characters = Characters;
        for (var at = 0; characters[at..].IndexOfAny('\n', '\r') is >= 0 and var next;)
        {
            at += next + 1;
            if (characters[at - 1] == '\n' || at == characters.Length || characters[at] != '\n') lines.Add(at);
        }
    }

    private static int Decode(ReadOnlySpan<byte> bytes, char[] into)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Encoding.Unicode.GetChars(bytes[2..], into);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Encoding.BigEndianUnicode.GetChars(bytes[2..], into);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) bytes = bytes[3..];
        return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetChars(bytes, into) : Single(bytes, into);
    }

    private static int Single(ReadOnlySpan<byte> bytes, char[] into)
    {
        for (var i = 0; i < bytes.Length; i++) into[i] = bytes[i] is >= 0x80 and <= 0x9F ? Windows1252[bytes[i] - 0x80] : (char)bytes[i];
        return bytes.Length;
    }
}
