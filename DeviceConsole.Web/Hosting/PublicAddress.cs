using System.Net;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Web.Hosting;

/// <summary>Addresses by which others know this installation, and those of pages that may call it.</summary>
public static class PublicAddress
{
    /// <summary>
    /// How clients reach the UI. Where it is not set the first address to listen on, as long as nobody from outside reaches that one:
    /// log-ins, links and the issuer of tokens would name an address that only this machine knows.
    /// </summary>
    /// <param name="text">What is configured.</param>
    /// <param name="listening">Where the UI listens.</param>
    /// <param name="required">True where it has to be right.</param>
    public static string Read(string? text, IReadOnlyList<string> listening, bool required)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            if (required && listening.Any(u => !IsLoopback(BindingAddress.Parse(u).Host)))
                throw new StartupException("DEVICECONSOLE_PUBLIC_URL is not set, and the UI listens for more than this machine: set it to the address by which people reach it, like https://console.example.net.");
            return listening[0].TrimEnd('/');
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
            throw new StartupException($"DEVICECONSOLE_PUBLIC_URL holds '{text}', which is no address of an installation; write scheme and name only, like https://console.example.net.");
        return text.TrimEnd('/');
    }

    /// <summary>Origins (RFC 6454): scheme, name and port of pages that may call the API.</summary>
    public static IReadOnlyList<string> ReadOrigins(string? text, bool development)
    {
        var origins = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var origin in origins)
        {
            if (origin.Contains('*', StringComparison.Ordinal))
                throw new StartupException($"Api__CorsOrigins holds '{origin}': name each page's origin, without *, like https://portal.example.net.");
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.GetLeftPart(UriPartial.Authority) != origin)
                throw new StartupException($"Api__CorsOrigins holds '{origin}', which is no origin; write scheme, name and port only, like https://portal.example.net.");
            if (!development && uri.Scheme == "http" && !uri.IsLoopback)
                throw new StartupException($"Api__CorsOrigins holds '{origin}': a page that came without TLS may be anybody's; use https.");
        }
        return origins;
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
