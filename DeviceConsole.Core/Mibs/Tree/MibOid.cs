using System.Globalization;

namespace DeviceConsole.Core.Mibs;

/// <summary>Object identifiers as arcs and as dotted text.</summary>
public static class MibOid
{
    /// <summary>RFC 2578 clause 3.5.</summary>
    public const int MaximumArcs = 128;

    /// <summary>Arcs of <c>1.3.6.1</c> or <c>.1.3.6.1</c>; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out uint[] arcs)
    {
        arcs = [];
        if (text.Length > 0 && text[0] == '.') text = text[1..];
        if (text.IsEmpty || text.Length > 1400) return false;
        var found = new List<uint>(16);
        foreach (var range in text.Split('.'))
        {
            if (found.Count == MaximumArcs || !uint.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out var arc)) return false;
            found.Add(arc);
        }
        arcs = [.. found];
        return true;
    }

    /// <summary>Dotted text.</summary>
    public static string Format(ReadOnlySpan<uint> arcs)
    {
        if (arcs.IsEmpty) return "";
        const int Digits = 11;
        var text = arcs.Length <= 128 ? stackalloc char[arcs.Length * Digits] : new char[arcs.Length * Digits];
        var length = 0;
        foreach (var arc in arcs)
        {
            arc.TryFormat(text[length..], out var written, provider: CultureInfo.InvariantCulture);
            length += written;
            text[length++] = '.';
        }
        return text[..(length - 1)].ToString();
    }
}
