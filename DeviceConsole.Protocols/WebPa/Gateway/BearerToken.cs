using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>The token of <c>Authorization: Bearer …</c> (RFC 6750 §2.1), and whether it proves a device.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>The token, or null where the request has none.</summary>
    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header[Scheme.Length..].Trim() is { Length: > 0 } token ? token : null;
    }

    /// <summary>
    /// The tenant that a token of the form <c>tenant:secret</c> names, or null: it finds the tenant in which a new device enrols on the shared address.
    /// </summary>
    public static string? TenantOf(string? token) => token?.IndexOf(':', StringComparison.Ordinal) is > 0 and < 64 and var colon ? token[..colon] : null;

    /// <summary>Compares in constant time; an unknown device is compared too, and never proves itself.</summary>
    public static CredentialCheck Check(string? token, CallCredentials known)
    {
        var expected = known.Secrets.GetValueOrDefault(WebPaDescriptor.Token);
        var whole = CryptographicOperations.FixedTimeEquals(Hash(token), Hash(expected));
        var secret = CryptographicOperations.FixedTimeEquals(Hash(token?[((TenantOf(token)?.Length ?? -1) + 1)..]), Hash(expected));
        var same = whole | secret;
        var byToken = same && !string.IsNullOrEmpty(expected) && known.Settings.Text(WebPaDescriptor.Trust) != WebPaDescriptor.TrustCertificate;
        var byName = known.Settings.Text(WebPaDescriptor.Trust) == WebPaDescriptor.TrustDeviceId;
        return byToken || byName ? CredentialCheck.Proved : CredentialCheck.Wrong;
    }

    // Of equal length whatever the token's is.
    private static byte[] Hash(string? token) => SHA256.HashData(Encoding.UTF8.GetBytes(token ?? ""));
}
