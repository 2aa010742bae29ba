using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Benchmarks.Mibs;

/// <summary>
/// A collection as large as the public ones: the modules of a folder, and as many renamed copies of them as are wanted. A copy imports copies, so that the chains of imports are
/// those of the originals. Real modules may not be handed on: the folder is named from outside.
/// </summary>
internal static class MibCollection
{
    public const int Modules = 8_454;
    private const string Set = "DEVICECONSOLE_MIB_SET";

    // What every module imports has no copies.
    private static readonly string[] Base = ["SNMPv2-SMI", "SNMPv2-TC", "SNMPv2-CONF", "RFC1155-SMI", "RFC-1212", "RFC-1215", "RFC1213-MIB"];

    /// <summary>The folder of real modules; null where none is named.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable(Set) is { Length: > 0 } set && Directory.Exists(Path.Combine(set, "modules")) ? Path.Combine(set, "modules") : null;

    /// <summary>All of them, in no order that helps.</summary>
    public static IEnumerable<MibSource> Make(string folder)
    {
        var originals = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(f => (Name: Path.GetFileNameWithoutExtension(f), Bytes: File.ReadAllBytes(f))).ToList();
        var names = originals.Select(o => o.Name).Except(Base).ToFrozenSet(StringComparer.Ordinal);
        var places = Enumerable.Range(0, int.MaxValue).SelectMany(copy => originals.Where(o => copy == 0 || names.Contains(o.Name)).Select(o => (Copy: copy, o.Name, o.Bytes))).Take(Modules).ToArray();
        new Random(7).Shuffle(places);
        foreach (var (copy, name, bytes) in places)
            yield return copy == 0 ? new MibSource(name + ".mib", bytes) : Copy(name, bytes, names, string.Create(CultureInfo.InvariantCulture, $"-X{copy}"));
    }

    /// <summary>The same as a zip archive, in a file.</summary>
    public static void Pack(string folder, string file)
    {
        using var zip = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach (var source in Make(folder))
        {
            using var entry = zip.CreateEntry(source.FileName, CompressionLevel.Fastest).Open();
            entry.Write(source.Bytes.Span);
        }
    }

    private static MibSource Copy(string name, byte[] bytes, FrozenSet<string> names, string suffix)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var copy = new StringBuilder(text.Length + 1_000);
        var lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || (end > at && text[end] is '-' or '_'))) end++;
            if (end == at) end++;
            var word = text.AsSpan(at, end - at);
            copy.Append(word);
            if (word.Length > 1 && lookup.Contains(word)) copy.Append(suffix);
            at = end;
        }
        return new MibSource(name + suffix + ".mib", Encoding.Latin1.GetBytes(copy.ToString()));
    }
}
