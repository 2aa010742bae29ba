using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DeviceConsole.Core.Accounts;

/// <summary>
/// The secret of a service account: 32 random bytes, so a salted SHA-256 is enough to keep (there is nothing to guess), and
/// checking one costs no more than it must.
/// </summary>
/// <remarks>Stored: salt (16 bytes), SHA-256 of salt and secret (32 bytes).</remarks>
internal static class ClientSecret
{
    private const int SaltSize = 16, SecretSize = 32;

    /// <summary>A new secret, base64url.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretSize));

    /// <summary>What is stored of it.</summary>
    public static byte[] Hash(string secret)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return [.. salt, .. Digest(salt, secret)];
    }

    /// <summary>Compares in constant time.</summary>
    public static bool Matches(ReadOnlySpan<byte> stored, string secret) =>
        stored.Length == SaltSize + SHA256.HashSizeInBytes && CryptographicOperations.FixedTimeEquals(Digest(stored[..SaltSize], secret), stored[SaltSize..]);

    private static byte[] Digest(ReadOnlySpan<byte> salt, string secret) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(secret)]);
}
