using System.Text;

namespace DeviceConsole.Protocols.Smi.Text;

/// <summary>A file's characters with their lines. UTF-8 where the bytes are valid UTF-8, else Windows-1252, which Latin-1 is a part of.</summary>
internal sealed class SmiText
{
    // 0x80 to 0x9F of Windows-1252; the five bytes that it leaves undefined stand for themselves.
    private const string Windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

    private static readonly UTF8Encoding Strict = new(false, true);

    private readonly List<int> lines = [0];

    private SmiText(string file, string characters)
    {
        File = file;
        Characters = characters;
        for (var i = 0; i < characters.Length; i++)
        {
            if (characters[i] == '\n' || (characters[i] == '\r' && (i + 1 == characters.Length || characters[i + 1] != '\n'))) lines.Add(i + 1);
        }
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>The decoded characters.</summary>
    public string Characters { get; }

    /// <summary>Decodes a file.</summary>
    public static SmiText Decode(string file, ReadOnlySpan<byte> bytes) => new(file, Characters8(bytes));

    /// <summary>Line and column from 1.</summary>
    public (int Line, int Column) Place(int position)
    {
        var at = lines.BinarySearch(position);
        var line = at >= 0 ? at : ~at - 1;
        return (line + 1, position - lines[line] + 1);
    }

    private static string Characters8(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) bytes = bytes[3..];
        return System.Text.Unicode.Utf8.IsValid(bytes) ? Strict.GetString(bytes) : Single(bytes);
    }

    private static string Single(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++) characters[i] = bytes[i] is >= 0x80 and <= 0x9F ? Windows1252[bytes[i] - 0x80] : (char)bytes[i];
        return new string(characters);
    }
}
