using System.Globalization;
using System.Text.RegularExpressions;
using Quartz;

namespace DeviceConsole.Core.Scheduling;

/// <summary>
/// When a schedule runs, as people write it: Quartz's cron (six or seven fields, seconds first), Unix cron (five fields),
/// <c>every 5 minutes</c>, <c>every 2 hours</c>, <c>hourly</c>, <c>daily</c> or <c>daily at 03:30</c>.
/// </summary>
public static partial class CronText
{
    /// <summary>The shortest pause between two runs of a schedule.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);

    private const int LookAhead = 20;

    /// <summary>
    /// The expression in a time zone; null with a sentence in <paramref name="error"/> where the text is not understood, never fires or fires too often.
    /// </summary>
    public static CronExpression? Parse(string text, TimeZoneInfo zone, DateTimeOffset now, out string? error)
    {
        error = null;
        if (Read(text.Trim(), ref error) is not { } cron) return null;
        cron = cron.WithTimeZone(zone);
        var runs = Next(cron, now, LookAhead);
        if (runs.Count == 0) error = "This never happens: no date fits it.";
        for (var i = 1; i < runs.Count && error is null; i++)
            if (runs[i] - runs[i - 1] < ShortestPause) error = $"It would run more often than every {ShortestPause.TotalSeconds:0} seconds, which is the most.";
        return error is null ? cron : null;
    }

    /// <summary>The runs after a moment, in UTC, as many as there are up to <paramref name="count"/>.</summary>
    public static IReadOnlyList<DateTimeOffset> Next(CronExpression cron, DateTimeOffset after, int count)
    {
        var runs = new List<DateTimeOffset>(count);
        for (var next = cron.GetNextValidTimeAfter(after); next is { } run && runs.Count < count; next = cron.GetNextValidTimeAfter(run)) runs.Add(run.ToUniversalTime());
        return runs;
    }

    /// <summary>The time zone of that IANA name, or null.</summary>
    public static TimeZoneInfo? FindZone(string name) =>
        name.Length is > 0 and <= 100 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && (zone.HasIanaId || name == "UTC") ? zone : null;

    private static CronExpression? Read(string text, ref string? error)
    {
        if (EveryPattern().Match(text) is { Success: true } every) return Every(every, ref error);
        if (DailyPattern().Match(text) is { Success: true } daily) return Daily(daily, ref error);
        if (text.Equals("hourly", StringComparison.OrdinalIgnoreCase)) return CronExpression.Parse("0 0 * * * ?");
        var format = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 5 ? CronFormat.Unix : CronFormat.Quartz;
        if (CronExpression.TryParse(text, format, out var cron)) return cron;
        error = "This is not a time that can be understood. Examples: \"every 5 minutes\", \"daily at 03:30\", \"*/5 * * * *\" (Unix cron), \"0 0/5 * * * ?\" (Quartz cron).";
        return null;
    }

    private static CronExpression? Every(Match match, ref string? error)
    {
        var minutes = match.Groups["unit"].Value.StartsWith("min", StringComparison.OrdinalIgnoreCase);
        var whole = minutes ? 60 : 24;
        var count = match.Groups["n"].Success ? int.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture) : 1;
        if (count > 0 && whole % count == 0) return CronExpression.Parse(minutes ? $"0 0/{count} * * * ?" : $"0 0 0/{count} * * ?");
        error = minutes
            ? $"{count} minutes do not fit evenly into an hour. Choose 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 or 60."
            : $"{count} hours do not fit evenly into a day. Choose 1, 2, 3, 4, 6, 8, 12 or 24.";
        return null;
    }

    private static CronExpression? Daily(Match match, ref string? error)
    {
        var hour = match.Groups["h"].Success ? int.Parse(match.Groups["h"].Value, CultureInfo.InvariantCulture) : 0;
        var minute = match.Groups["m"].Success ? int.Parse(match.Groups["m"].Value, CultureInfo.InvariantCulture) : 0;
        if (hour < 24 && minute < 60) return CronExpression.Parse($"0 {minute} {hour} * * ?");
        error = "The time of day is between 00:00 and 23:59.";
        return null;
    }

    [GeneratedRegex(@"^every(\s+(?<n>\d{1,4}))?\s+(?<unit>min(ute)?s?|hours?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex EveryPattern();

    [GeneratedRegex(@"^daily(\s+at\s+(?<h>\d{1,2}):(?<m>\d{2}))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DailyPattern();
}
