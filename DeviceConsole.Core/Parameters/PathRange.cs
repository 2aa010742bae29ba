namespace DeviceConsole.Core.Parameters;

/// <summary>Prefixes as ranges of an index in collation C, whose order is that of the bytes.</summary>
internal static class PathRange
{
    /// <summary>Greater than everything that begins with <paramref name="prefix"/>: no text sorts behind the last code point of Unicode.</summary>
    public static string End(string prefix) => prefix + "\U0010FFFF";
}
