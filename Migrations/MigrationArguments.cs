using System.Globalization;
using System.Text.RegularExpressions;

namespace DeviceConsole.Migrations;

/// <summary>What was asked of the migrator.</summary>
/// <param name="Verb">up, down, status, script or mark.</param>
/// <param name="Steps">How many versions <c>down</c> goes back.</param>
/// <param name="DryRun">Do it in a transaction, tell the difference, and roll back.</param>
/// <param name="Destructive">What deletes data may be done.</param>
/// <param name="Environment">The environment that the caller means: <c>production</c>. Null: none was said.</param>
public sealed partial record MigrationArguments(string Verb, int Steps, bool DryRun, bool Destructive, string? Environment)
{
    /// <summary>The command line in one sentence.</summary>
    public const string Usage = "Use: migrate up [--dry-run] [--destructive] [--environment NAME] | down [N] --destructive [--environment NAME] | status | script | mark NAME";

    /// <summary>Reads a command line; null where it is none.</summary>
    public static MigrationArguments? Parse(IReadOnlyList<string> arguments)
    {
        var (words, dryRun, destructive, environment) = (new List<string>(), false, false, (string?)null);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--dry-run": dryRun = true; break;
                case "--destructive": destructive = true; break;
                case "--environment" when i + 1 < arguments.Count: environment = arguments[++i]; break;
                case ['-', ..]: return null;
                default: words.Add(arguments[i]); break;
            }
        }
        return words switch
        {
            ["up"] => new("up", 0, dryRun, destructive, environment),
            ["down"] when !dryRun => new("down", 1, false, destructive, environment),
            ["down", var count] when !dryRun && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 => new("down", n, false, destructive, environment),
            ["status" or "script"] when !dryRun => new(words[0], 0, false, false, environment),
            ["mark", var name] when EnvironmentName().IsMatch(name) => new("mark", 0, false, false, name),
            _ => null,
        };
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}\\z")]
    private static partial Regex EnvironmentName();
}
