using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Http;

/// <summary>What an answer to a Digest challenge is computed of (RFC 7616 §3.4.1, RFC 2617 §3.2.2, RFC 2069 where there is no qop).</summary>
/// <param name="Algorithm">MD5, MD5-sess, SHA-256 or SHA-256-sess; MD5 where it is empty.</param>
/// <param name="Qop"><c>auth</c>, <c>auth-int</c>, or empty for RFC 2069.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Uri">The request's target as the client writes it.</param>
/// <param name="Realm">Of the challenge.</param>
/// <param name="Nonce">Of the challenge.</param>
/// <param name="ClientNonce">The client's own.</param>
/// <param name="Count">nc, eight hexadecimal digits.</param>
public sealed record DigestHash(string Algorithm, string Qop, string Method, string Uri, string Realm, string Nonce, string ClientNonce, string Count)
{
    /// <summary>The body, for <c>auth-int</c>.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>True where this algorithm can be computed.</summary>
    public static bool Knows(string algorithm) => Normalize(algorithm) is "MD5" or "MD5-SESS" or "SHA-256" or "SHA-256-SESS";

    /// <summary>The response in lower-case hexadecimal digits.</summary>
    public string Compute(string user, string password)
    {
        var ha1 = Hash($"{user}:{Realm}:{password}");
        if (Normalize(Algorithm).EndsWith("-SESS", StringComparison.Ordinal)) ha1 = Hash($"{ha1}:{Nonce}:{ClientNonce}");
        var ha2 = Qop == "auth-int" ? Hash($"{Method}:{Uri}:{HashBytes(Body.Span)}") : Hash($"{Method}:{Uri}");
        return Qop.Length == 0 ? Hash($"{ha1}:{Nonce}:{ha2}") : Hash($"{ha1}:{Nonce}:{Count}:{ClientNonce}:{Qop}:{ha2}");
    }

    private static string Normalize(string algorithm) => algorithm.Length == 0 ? "MD5" : algorithm.Trim().ToUpperInvariant();

    private string Hash(string text) => HashBytes(Encoding.UTF8.GetBytes(text));

    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "TR-069 §3.4.5 has devices that know nothing but MD5 here.")]
    private string HashBytes(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(Normalize(Algorithm).StartsWith("SHA-256", StringComparison.Ordinal) ? SHA256.HashData(bytes) : MD5.HashData(bytes));
}
