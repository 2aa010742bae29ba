namespace DeviceConsole.Core.Files;

/// <summary>What a file is, in TR-069's words (A.3.2.8, A.4.1.5), which the other protocols use here too.</summary>
public static class FileTypes
{
    /// <summary>A firmware.</summary>
    public const string Firmware = "1 Firmware Upgrade Image";

    /// <summary>Types of files that devices fetch.</summary>
    public static IReadOnlyList<string> Library { get; } =
        [Firmware, "2 Web Content", "3 Vendor Configuration File", "4 Tone File", "5 Ringer File", "6 Stored Firmware Image"];

    /// <summary>The type without its number.</summary>
    public static string Words(string type) => type.Length > 2 && char.IsAsciiDigit(type[0]) && type[1] == ' ' ? type[2..] : type;

    /// <summary>A sentence where the text is no type of a file to fetch, else null. A vendor's own is <c>X OUI words</c>.</summary>
    public static string? Check(string type)
    {
        if (Library.Contains(type)) return null;
        var parts = type.Split(' ', 3);
        return type.Length <= 64 && parts.Length == 3 && parts[0] == "X" && parts[1].Length == 6 && parts[1].All(char.IsAsciiHexDigit) && parts[2].Trim().Length > 0
            ? null
            : $"Choose one of: {string.Join(", ", Library)}; or a vendor's own type: X, its OUI of six digits, and words (X 00D09E Speech File).";
    }
}
