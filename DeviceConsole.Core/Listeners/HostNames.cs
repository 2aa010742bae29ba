namespace DeviceConsole.Core.Listeners;

/// <summary>Host names as listeners and certificates have them.</summary>
internal static class HostNames
{
    /// <summary>A host name or an address.</summary>
    public static bool IsHost(string text) => text.Length is > 0 and <= 255 && Uri.CheckHostName(text) != UriHostNameType.Unknown;

    /// <summary>A star for the first label (RFC 6125 §6.4.3): <c>*.example.net</c>.</summary>
    public static bool IsWildcard(string text) => text.StartsWith("*.", StringComparison.Ordinal) && text.Length <= 255 && Uri.CheckHostName(text[2..]) == UriHostNameType.Dns && text.AsSpan(2).Contains('.');
}
