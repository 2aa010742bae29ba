using System.Globalization;

namespace DeviceConsole.Web.Components.Shared.Time;

/// <summary>Moments and durations in words, in the time zone of the person who looks.</summary>
public sealed class BrowserTime
{
    private BrowserTime(TimeZoneInfo zone) => Zone = zone;

    /// <summary>For browsers whose zone is not known.</summary>
    public static BrowserTime Utc { get; } = new(TimeZoneInfo.Utc);

    /// <summary>The browser's time zone.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>For the zone of that IANA name; UTC where there is no such zone.</summary>
    public static BrowserTime For(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? new BrowserTime(zone) : Utc;

    /// <summary>A cookie's content as a zone's name; null where it cannot be one.</summary>
    public static string? Accept(string? cookie)
    {
        if (string.IsNullOrEmpty(cookie) || cookie.Length > 100) return null;
        var name = Uri.UnescapeDataString(cookie);
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out _) ? name : null;
    }

    /// <summary>The exact moment, for example "22 Nov 2026, 11:55:33 (UTC+01:00)".</summary>
    public string Exact(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, Zone);
        var offset = local.Offset == TimeSpan.Zero ? "UTC" : local.ToString("'UTC'zzz", CultureInfo.InvariantCulture);
        return local.ToString("d MMM yyyy, HH:mm:ss", CultureInfo.InvariantCulture) + $" ({offset})";
    }

    /// <summary>The time of day with milliseconds, for time lines: "11:55:33.204".</summary>
    public string Clock(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>The time of day: "11:55:33".</summary>
    public string Second(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Hour and minute, with the day in front when it is another one: "11:55", "24 Nov 11:55".</summary>
    public string Short(DateTimeOffset moment, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(moment, Zone);
        var today = TimeZoneInfo.ConvertTime(now, Zone).Date == local.Date;
        return local.ToString(today ? "HH:mm" : "d MMM HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>How long ago, or in how long: "just now", "6 min ago", "in 3 h", and after 30 days the date.</summary>
    public string Relative(DateTimeOffset moment, DateTimeOffset now)
    {
        var distance = now - moment;
        var ahead = distance < TimeSpan.Zero;
        var span = distance.Duration();
        if (span.TotalSeconds < 10) return "just now";
        if (span.TotalDays > 30) return TimeZoneInfo.ConvertTime(moment, Zone).ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        var text = span switch
        {
            // In tens: a column of counting seconds is noise.
            { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds / 10 * 10} s",
            { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
            { TotalHours: < 24 } => $"{(int)span.TotalHours} h",
            _ => $"{(int)span.TotalDays} d",
        };
        return ahead ? $"in {text}" : $"{text} ago";
    }

    /// <summary>A duration: "340 ms", "3.2 s", "4 min 10 s", "2 h 5 min", "3 d 4 h".</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { Ticks: < 0 } => "0 ms",
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMilliseconds} ms"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalSeconds * 10) / 10:0.0} s"),
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min {span.Seconds} s",
        { TotalHours: < 24 } => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };
}
