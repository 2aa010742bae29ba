using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Web.Components.Jobs;

/// <summary>Finds the rows of a result that a person looks for.</summary>
public static class ResultFilter
{
    /// <summary>Values whose path, text or type contains every word, without regard to case. Nothing to look for: all of them.</summary>
    public static IReadOnlyList<ParameterValue> Apply(IReadOnlyList<ParameterValue> values, string? text)
    {
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 0 ? values : [.. values.Where(v => words.All(w => Contains(v.Path, w) || Contains(v.Value, w) || Contains(v.Type, w)))];
    }

    private static bool Contains(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}
