using System.Text;
using DeviceConsole.Protocols.Cwmp.Http;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>What a device shows in its Authorization header; both null where it shows nothing that is understood.</summary>
/// <param name="Basic">User and password.</param>
/// <param name="Digest">The answer to a challenge.</param>
internal sealed record CallerCredentials((string User, string Password)? Basic, DigestHeader? Digest)
{
    /// <summary>Nothing.</summary>
    public static CallerCredentials None { get; } = new(null, null);

    /// <summary>The user's name, or null.</summary>
    public string? User => Basic?.User ?? (Digest?["username"] is { Length: > 0 } user ? user : null);

    /// <summary>Prints no secret.</summary>
    public override string ToString() => Basic is not null ? "Basic" : Digest is not null ? "Digest" : "none";

    /// <summary>Reads the header.</summary>
    public static CallerCredentials Parse(string? authorization)
    {
        if (string.IsNullOrWhiteSpace(authorization)) return None;
        var parts = authorization.Trim().Split(' ', 2, StringSplitOptions.TrimEntries);
        if (parts.Length < 2) return None;
        if (parts[0].Equals("Digest", StringComparison.OrdinalIgnoreCase)) return new CallerCredentials(null, DigestHeader.Parse(parts[1]));
        return parts[0].Equals("Basic", StringComparison.OrdinalIgnoreCase) ? new CallerCredentials(ReadBasic(parts[1]), null) : None;
    }

    // RFC 7617: the user's name has no colon, the password may.
    private static (string User, string Password)? ReadBasic(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (pair[..colon], pair[(colon + 1)..]);
    }
}
