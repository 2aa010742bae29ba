using System.Globalization;

namespace DeviceConsole.Core.Alarms;

/// <summary>The last row of a page of alarms.</summary>
internal sealed record AlarmCursor(short Rank, DateTimeOffset At, Guid Id)
{
    public static AlarmCursor? Parse(string text)
    {
        var parts = text.Split('_');
        return parts.Length == 3 && short.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks && Guid.TryParseExact(parts[2], "N", out var id)
            ? new AlarmCursor(rank, new DateTimeOffset(ticks, TimeSpan.Zero), id) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rank}_{At.UtcTicks}_{Id:N}");
}
