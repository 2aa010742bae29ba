using System.Text;
using DeviceConsole.Protocols.Cwmp.Wire;

namespace DeviceConsole.Tests.Protocols.Cwmp.Wire;

/// <summary>Requests of two devices as they stood on the wire (Captures/cwmp; its README says where they come from).</summary>
public static class CwmpCapture
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Captures", "cwmp");

    /// <summary>Every captured body; empty POSTs have none.</summary>
    public static IReadOnlyList<byte[]> Bodies { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.http", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(BodyOf).Where(b => b.Length > 0)];

    /// <summary>One capture's envelope.</summary>
    public static CwmpEnvelope Read(string name) => CwmpEnvelope.Read(Body(name));

    /// <summary>One capture's message.</summary>
    public static T Read<T>(string name) where T : CwmpMessage => Read(name).Message.Should().BeOfType<T>().Subject;

    /// <summary>The bytes of one capture's body.</summary>
    public static byte[] Body(string name) => BodyOf(Path.Combine(Folder, name + ".http"));

    private static byte[] BodyOf(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        end.Should().BePositive("{0} is one HTTP request", file);
        var head = Encoding.ASCII.GetString(bytes, 0, end);
        var length = int.Parse(head.Split("Content-Length: ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
        bytes.Length.Should().Be(end + 4 + length, "{0} must be whole", file);
        return bytes[(end + 4)..];
    }
}
