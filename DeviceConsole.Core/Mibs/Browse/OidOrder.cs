namespace DeviceConsole.Core.Mibs;

/// <summary>The order of object identifiers, number by number; what is none comes behind them, as text.</summary>
public sealed class OidOrder : IComparer<string>
{
    /// <summary>The only one.</summary>
    public static readonly OidOrder Instance = new();

    /// <inheritdoc />
    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        while (!a.IsEmpty && !b.IsEmpty)
        {
            if (!Next(ref a, out var left) || !Next(ref b, out var right)) return string.CompareOrdinal(x, y);
            if (left != right) return left.CompareTo(right);
        }
        return a.IsEmpty ? b.IsEmpty ? 0 : -1 : 1;
    }

    private static bool Next(ref ReadOnlySpan<char> text, out ulong number)
    {
        var dot = text.IndexOf('.');
        var part = dot < 0 ? text : text[..dot];
        text = dot < 0 ? default : text[(dot + 1)..];
        return ulong.TryParse(part, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number);
    }
}
