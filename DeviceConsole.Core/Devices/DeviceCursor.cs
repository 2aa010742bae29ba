using System.Globalization;
using System.Text;

namespace DeviceConsole.Core.Devices;

/// <summary>
/// Where a page of devices ended: the last row's sort key and id, with the order that they belong to, as opaque base64url text.
/// </summary>
internal sealed record DeviceCursor(DeviceSort Sort, bool Descending, string Key, Guid Id)
{
    private const string TextOfInfinity = "-infinity";
    private const int MaximumLength = 2000;

    /// <summary>The cursor as the caller gets it.</summary>
    public string Encode() =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{(int)Sort}{(Descending ? 'd' : 'a')}{Id:n}{Key}")).Replace('+', '-').Replace('/', '_').TrimEnd('=');

    /// <summary>Reads a cursor that <see cref="Encode"/> made for the same order; null for anything else.</summary>
    public static DeviceCursor? Decode(string text, DeviceSort sort, bool descending)
    {
        if (text.Length > MaximumLength || Bytes(text) is not { } bytes) return null;
        var plain = Encoding.UTF8.GetString(bytes);
        if (plain.Length < 34 || plain[0] != '0' + (int)sort || plain[1] != (descending ? 'd' : 'a')) return null;
        if (!Guid.TryParseExact(plain.AsSpan(2, 32), "n", out var id)) return null;
        var key = plain[34..];
        if (key.Contains('\0', StringComparison.Ordinal) || (sort == DeviceSort.LastContact && !IsTime(key))) return null;
        return new DeviceCursor(sort, descending, key, id);
    }

    private static byte[]? Bytes(string text)
    {
        var padded = text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }

    private static bool IsTime(string key) =>
        key == TextOfInfinity || (key.Length is > 10 and < 40 && DateTimeOffset.TryParse(key, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _));
}
