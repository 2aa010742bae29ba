namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Serial numbers that a manufacturer forgot to give: zeros, one character again and again, 123456, words. Several devices have them, so that none of them is
/// known by it: such a device is not taken in by itself, and no other device counts as the same one because of it.
/// </summary>
internal static class PlaceholderSerial
{
    private const int LeastRepeated = 4, LeastCounted = 5;
    private const string Up = "01234567890123456789", Down = "98765432109876543210";

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "serial", "serialnumber", "sn", "default", "unknown", "none", "null", "na", "test", "undefined", "notset", "empty", "tobefilledbyoem", "systemserialnumber", "deadbeef", "changeme",
    };

    /// <summary>True for one of these; false for none at all.</summary>
    public static bool Is(string? serial)
    {
        var text = new string([.. (serial ?? "").Where(char.IsLetterOrDigit)]);
        if (text.Length == 0) return !string.IsNullOrWhiteSpace(serial);
        if (text.All(c => c == '0') || Words.Contains(text)) return true;
        if (text.Length >= LeastRepeated && text.All(c => char.ToUpperInvariant(c) == char.ToUpperInvariant(text[0]))) return true;
        return text.Length >= LeastCounted && (Up.Contains(text, StringComparison.Ordinal) || Down.Contains(text, StringComparison.Ordinal));
    }
}
