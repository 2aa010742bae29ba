using System.Globalization;

namespace DeviceConsole.Core.Files;

/// <summary>Names of files as people and devices send them, made harmless.</summary>
public static class FileName
{
    /// <summary>The longest name, in characters.</summary>
    public const int Maximum = 150;

    /// <summary>
    /// The last part of a path, whatever separates its parts, without control and formatting characters (those that turn text around among them)
    /// and without what has a meaning in headers or shells; <paramref name="otherwise"/> where nothing is left.
    /// </summary>
    public static string Clean(string? name, string otherwise)
    {
        var last = (name ?? "")[((name ?? "").LastIndexOfAny(['/', '\\']) + 1)..];
        var kept = new string([.. last.Where(IsHarmless)]).Trim().Trim('.');
        if (kept.Length > Maximum) kept = Shorten(kept);
        return kept.Length == 0 ? otherwise : kept;
    }

    // The extension stays.
    private static string Shorten(string name)
    {
        var extension = Path.GetExtension(name);
        if (extension.Length > 20) extension = "";
        return name[..(Maximum - extension.Length)] + extension;
    }

    private static bool IsHarmless(char c) => !char.IsSurrogate(c) && !"\"<>|:*?;%".Contains(c, StringComparison.Ordinal)
        && CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
