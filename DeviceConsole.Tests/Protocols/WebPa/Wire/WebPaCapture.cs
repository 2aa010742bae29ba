using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Protocols.WebPa.Wire;

/// <summary>Messages that parodus sent (Captures/webpa), and what other decoders read from them.</summary>
public static class WebPaCapture
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Captures", "webpa");

    /// <summary>Every capture of a WRP message, by its file's name.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.hex").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    /// <summary>The message's bytes.</summary>
    public static byte[] Bytes(string name) => Convert.FromHexString(string.Concat(File.ReadLines(Path.Combine(Folder, name + ".hex"))));

    /// <summary>What two independent decoders read.</summary>
    public static JsonObject Decoded(string name) => Json(name)["decoded"]!.AsObject();

    /// <summary>The request that had asked for it.</summary>
    public static JsonObject? Asked(string name) => Json(name)["provoked_by"]?.AsObject();

    /// <summary>The upgrade request's header lines.</summary>
    public static IReadOnlyDictionary<string, string> UpgradeHeaders() => File.ReadLines(Path.Combine(Folder, "01-connect-request.http"))
        .Skip(1).Where(l => l.Contains(": ", StringComparison.Ordinal)).Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p[1].Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>A capture's JSON file.</summary>
    public static JsonObject Json(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")))!.AsObject();
}
