using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Web.Components.Jobs;

/// <summary>A value of a result with what a MIB makes of it.</summary>
/// <param name="Value">As the device gave it.</param>
/// <param name="Names">Its name and its words; both null where no module says more.</param>
public readonly record struct ResultRow(ParameterValue Value, ShownName Names);

/// <summary>Finds the rows of a result that a person looks for.</summary>
public static class ResultFilter
{
    /// <summary>Rows whose path, name, value, words or type contains every word, without regard to case. Nothing to look for: all of them.</summary>
    public static IReadOnlyList<ResultRow> Apply(IReadOnlyList<ResultRow> rows, string? text)
    {
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 0 ? rows : [.. rows.Where(r => words.All(w => Contains(r, w)))];
    }

    /// <summary>True where a row contains every word.</summary>
    public static bool Matches(ResultRow row, string text)
    {
        foreach (var word in text.AsSpan().Split(' '))
        {
            if (text.AsSpan()[word].Trim() is { IsEmpty: false } part && !Contains(row, part.ToString())) return false;
        }
        return true;
    }

    private static bool Contains(ResultRow row, string word) =>
        Contains(row.Value.Path, word) || Contains(row.Value.Value, word) || Contains(row.Value.Type, word) || Contains(row.Names.Name, word) || Contains(row.Names.Text, word);

    private static bool Contains(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}
