using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.BulkData;

/// <summary>What is wrong with a profile that somebody entered.</summary>
internal static class BulkCheck
{
    private const int LongestReference = 256;
    private const int LongestName = 64;
    private static readonly string[] Separators = [",", ";", "\t", "|"];

    /// <summary>One sentence a mistake.</summary>
    public static List<FieldError> Check(BulkProfileInput input)
    {
        var errors = new List<FieldError>();
        if (input.Name.Length is 0 or > 200 || input.Name.Any(char.IsControl)) errors.Add(new("name", "A name has 1 to 200 characters in one line."));
        if (input.IntervalSeconds is < 10 or > 86_400) errors.Add(new("intervalSeconds", "The interval is 10 to 86,400 seconds."));
        if (BulkEncodings.All.All(e => e.Id != input.Encoding)) errors.Add(new("encoding", $"The encoding is one of: {string.Join(", ", BulkEncodings.All.Select(e => e.Id))}."));
        if (!Separators.Contains(input.Separator)) errors.Add(new("separator", "Fields are separated by a comma, a semicolon, a tab or a bar."));
        if (input.Retained is < 0 or > 100) errors.Add(new("retained", "The device keeps 0 to 100 reports that it could not deliver."));
        if (input.Parameters.Count is 0 or > BulkService.MaximumParameters) errors.Add(new("parameters", $"A profile has 1 to {BulkService.MaximumParameters} parameters."));
        for (var i = 0; i < input.Parameters.Count; i++) Parameter(input.Parameters[i], i, errors);
        if (input.Parameters.Where(p => p.Name.Length > 0).GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) errors.Add(new("parameters", $"Two parameters are called {twice.Key}; a report could not tell them apart."));
        return errors;
    }

    private static void Parameter(BulkParameter parameter, int index, List<FieldError> errors)
    {
        if (!IsReference(parameter.Reference)) errors.Add(new($"parameters[{index}].reference", "A parameter is a path such as Device.WiFi.SSID.*.Stats.BytesSent, or an object with a dot at its end."));
        if (parameter.Name.Length > LongestName || parameter.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.')) || parameter.Name.StartsWith('.') || parameter.Name.EndsWith('.'))
            errors.Add(new($"parameters[{index}].name", $"A name in the report has at most {LongestName} letters, digits, dots, - and _."));
        if (!BulkGraphs.All.Contains(parameter.Graph)) errors.Add(new($"parameters[{index}].graph", $"A graph is one of: {string.Join(", ", BulkGraphs.All)}."));
    }

    private static bool IsReference(string text)
    {
        if (text.Length is < 3 or > LongestReference || !char.IsAsciiLetter(text[0])) return false;
        var parts = text.TrimEnd('.').Split('.');
        return text.TrimEnd('.').Length >= text.Length - 1 && (parts.Length > 1 || text.EndsWith('.'))
            && Array.TrueForAll(parts, p => p == "*" || (p.Length > 0 && p.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')));
    }
}
