using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Protocols.Usp.Wire;

/// <summary>A record that a real agent sent, beside what the Broadband Forum's schemas say it is.</summary>
public sealed record UspCapture(string Name, byte[] Bytes, JsonObject Expected)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Captures", "usp");

    /// <summary>All of them that hold a record: not the frame of a Unix domain socket, and not the message put together from segments.</summary>
    public static IReadOnlyList<UspCapture> Records { get; } = [.. Directory.EnumerateFiles(Folder, "*.hex", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => Load(Path.GetRelativePath(Folder, f)[..^4])).Where(c => c.Expected["record"] is not null)];

    /// <summary>One of them.</summary>
    public static UspCapture Load(string name)
    {
        var hex = string.Concat(File.ReadAllLines(Path.Combine(Folder, name + ".hex")).Select(l => l.Trim()));
        return new UspCapture(name, Convert.FromHexString(hex), JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")))!.AsObject());
    }

    /// <inheritdoc />
    public override string ToString() => Name;
}
