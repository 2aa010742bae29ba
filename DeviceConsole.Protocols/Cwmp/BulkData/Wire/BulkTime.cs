using System.Buffers;
using System.Globalization;

namespace DeviceConsole.Protocols.Cwmp.BulkData.Wire;

/// <summary>Moments of reports: seconds since 1970, or ISO 8601 (TR-181 BulkData RowTimestamp, ReportTimestamp).</summary>
public static class BulkTime
{
    private const long Latest = 253_402_300_799;
    private static readonly SearchValues<char> Seconds = SearchValues.Create("0123456789.");

    /// <summary>Reads one; a time without a zone is UTC (TR-106 §3.3).</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out DateTimeOffset at)
    {
        at = default;
        text = text.Trim();
        if (text.Length is 0 or > 64) return false;
        if (text.IndexOfAnyExcept(Seconds) < 0)
        {
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds > Latest) return false;
            at = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
            return true;
        }
        return text[0] is >= '0' and <= '9' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at);
    }
}
