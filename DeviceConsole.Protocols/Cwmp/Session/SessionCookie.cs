using System.Security.Cryptography;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>
/// The cookie of a session (TR-069 §3.4.1). Path=/ and nothing else: old devices drop a cookie without it, and stumble over newer attributes.
/// </summary>
internal static class SessionCookie
{
    /// <summary>Its name.</summary>
    public const string Name = "session";

    /// <summary>A new value that nobody can guess.</summary>
    public static string Create() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The header that gives it to the device.</summary>
    public static string Header(string value) => $"{Name}={value}; Path=/";

    /// <summary>
    /// The value in the device's Cookie headers, or null. Cookies may be separated by semicolons or commas and be quoted, as in RFC 2109;
    /// where a device sends an old one too, the last counts.
    /// </summary>
    public static string? Read(IEnumerable<string?> headers)
    {
        string? found = null;
        foreach (var part in headers.SelectMany(h => (h ?? "").Split(';', ',')))
        {
            var sign = part.IndexOf('=', StringComparison.Ordinal);
            if (sign < 0 || part.AsSpan(0, sign).Trim() is not Name) continue;
            var value = part[(sign + 1)..].Trim().Trim('"');
            if (value.Length is > 0 and <= 64) found = value;
        }
        return found;
    }
}
