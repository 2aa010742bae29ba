namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>
/// Short words as strings, the same string for the same word where it came a moment before: a module says DisplayString, read-only and the name of each row
/// hundreds of times. One small table a thread; a word that falls on another's place takes it.
/// </summary>
internal static class SharedText
{
    private const int Places = 1024;
    private const int Longest = 64;

    [ThreadStatic] private static string?[]? words;

    /// <summary>The characters as a string.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > Longest) return text.ToString();
        var table = words ??= new string?[Places];
        ref var place = ref table[Hash(text) & (Places - 1)];
        if (place is not null && text.SequenceEqual(place)) return place;
        return place = text.ToString();
    }

    private static int Hash(ReadOnlySpan<char> text)
    {
        var hash = text.Length;
        foreach (var c in text) hash = (hash * 31) + c;
        return hash ^ (hash >> 15);
    }
}
