using System.Globalization;

namespace DeviceConsole.Core.Jobs;

/// <summary>When a device that cannot be asked is expected to call by itself, in a sentence for the jobs that wait for it.</summary>
internal static class NextCall
{
    /// <summary>Empty where nothing is known.</summary>
    /// <param name="lastContact">When it called last.</param>
    /// <param name="interval">Seconds from one call to the next, as the device has it.</param>
    /// <param name="now">The present moment.</param>
    public static string Sentence(DateTimeOffset? lastContact, string? interval, DateTimeOffset now)
    {
        if (lastContact is not { } last || !long.TryParse(interval, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 1 or > 31_536_000) return "";
        var next = last.AddSeconds(seconds);
        if (next > now) return $" It calls every {Words(seconds)}: expected about {Moment(next, now)}.";
        return $" It calls every {Words(seconds)}, and was due at {Moment(next, now)}.";
    }

    /// <summary>Where the device has not told its interval: by the pause between its last two calls. Below a minute it was called, or started anew, and says nothing.</summary>
    public static string Guess(DateTimeOffset? lastContact, long pause, string parameter, DateTimeOffset now)
    {
        if (lastContact is not { } last) return " It has not called yet.";
        return pause is < 60 or > 31_536_000
            ? $" It called last at {Moment(last, now)}; read its {parameter} to see when it is expected."
            : $" Between its last two calls were {Words(pause)}: perhaps about {Moment(last.AddSeconds(pause), now)}.";
    }

    private static string Moment(DateTimeOffset at, DateTimeOffset now) =>
        at.ToString(at.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss 'UTC'" : "yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Words(long seconds) => seconds switch
    {
        < 120 => $"{seconds} s",
        < 7_200 => $"{seconds / 60} minutes",
        _ => $"{seconds / 3600} hours",
    };
}
