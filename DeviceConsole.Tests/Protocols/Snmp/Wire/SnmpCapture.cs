using System.Globalization;

namespace DeviceConsole.Tests.Protocols.Snmp.Wire;

/// <summary>Datagrams from the hex dumps that the Net-SNMP tools print with <c>-d</c> (Captures/snmp; the commands stand in the files).</summary>
public static class SnmpCapture
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Captures", "snmp");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    /// <summary>Every datagram of every capture.</summary>
    public static IEnumerable<byte[]> All => Names.SelectMany(n => (byte[][])[Request(n), Response(n)]);

    public static byte[] Request(string name) => Read(name, "Sending ");

    public static byte[] Response(string name) => Read(name, "Received ");

    private static byte[] Read(string name, string direction)
    {
        var lines = File.ReadLines(Path.Combine(Folder, name + ".txt")).SkipWhile(l => !l.StartsWith(direction, StringComparison.Ordinal)).ToList();
        var length = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var bytes = lines.Skip(1).TakeWhile(l => l.Length > 5 && l[4] == ':')
            .SelectMany(l => l[6..57].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(h => byte.Parse(h, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        bytes.Length.Should().Be(length, "the dump of {0} must be whole", name);
        return bytes;
    }
}
