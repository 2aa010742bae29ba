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
    /// <summary>True where path, name, value, words or type contain every word, without regard to case; also where there is no word.</summary>
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
