using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>The hashes of USM: keys from passwords (RFC 3414 §2.6, Appendix A.2) and authentication codes.</summary>
[SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 3414 §7: many agents know no other.")]
[SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "RFC 3414 §6: many agents know no other.")]
internal static class UsmHash
{
    /// <summary>The longest digest.</summary>
    public const int MaximumDigest = 64;

    private const int PasswordStream = 1_048_576;

    /// <summary>Bytes of msgAuthenticationParameters (RFC 3414 §6.3.1, RFC 7860 §4.2.1).</summary>
    public static int MacLength(AuthProtocol protocol) => protocol switch
    {
        AuthProtocol.Md5 or AuthProtocol.Sha1 => 12,
        AuthProtocol.Sha224 => 16,
        AuthProtocol.Sha256 => 24,
        AuthProtocol.Sha384 => 32,
        AuthProtocol.Sha512 => 48,
        _ => 0,
    };

    /// <summary>The authentication code of a message whose authentication parameters are zeros, untruncated.</summary>
    public static void Mac(AuthProtocol protocol, ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        switch (protocol)
        {
            case AuthProtocol.Md5: HMACMD5.HashData(key, message, mac); break;
            case AuthProtocol.Sha1: HMACSHA1.HashData(key, message, mac); break;
            case AuthProtocol.Sha224: Sha224.Hmac(key, message, mac); break;
            case AuthProtocol.Sha256: HMACSHA256.HashData(key, message, mac); break;
            case AuthProtocol.Sha384: HMACSHA384.HashData(key, message, mac); break;
            case AuthProtocol.Sha512: HMACSHA512.HashData(key, message, mac); break;
            default: throw new ArgumentOutOfRangeException(nameof(protocol));
        }
    }

    /// <summary>A digest.</summary>
    public static byte[] Hash(AuthProtocol protocol, ReadOnlySpan<byte> data)
    {
        if (protocol == AuthProtocol.Sha224)
        {
            var digest = new byte[Sha224.Length];
            Sha224.HashData(data, digest);
            return digest;
        }

        return CryptographicOperations.HashData(Name(protocol), data);
    }

    /// <summary>Ku: the digest of a megabyte of the password, repeated (RFC 3414 A.2). Takes milliseconds, on purpose.</summary>
    /// <exception cref="ArgumentException">The password is empty.</exception>
    public static byte[] PasswordToKey(AuthProtocol protocol, ReadOnlySpan<byte> password)
    {
        if (password.IsEmpty) throw new ArgumentException("A password is needed.", nameof(password));
        var stream = new byte[password.Length * Math.Max(1, 8_192 / password.Length)];
        for (var at = 0; at < stream.Length; at += password.Length) password.CopyTo(stream.AsSpan(at));
        var own = protocol == AuthProtocol.Sha224 ? new Sha224() : null;
        using var hash = own is null ? IncrementalHash.CreateHash(Name(protocol)) : null;
        for (var left = PasswordStream; left > 0; left -= stream.Length)
        {
            var piece = stream.AsSpan(0, Math.Min(left, stream.Length));
            own?.Append(piece);
            hash?.AppendData(piece);
        }

        if (hash is not null) return hash.GetHashAndReset();
        var digest = new byte[Sha224.Length];
        own!.Finish(digest);
        return digest;
    }

    /// <summary>Kul: the key for one engine (RFC 3414 §2.6).</summary>
    public static byte[] Localise(AuthProtocol protocol, ReadOnlySpan<byte> key, ReadOnlySpan<byte> engineId) => Hash(protocol, [.. key, .. engineId, .. key]);

    private static HashAlgorithmName Name(AuthProtocol protocol) => protocol switch
    {
        AuthProtocol.Md5 => HashAlgorithmName.MD5,
        AuthProtocol.Sha1 => HashAlgorithmName.SHA1,
        AuthProtocol.Sha256 => HashAlgorithmName.SHA256,
        AuthProtocol.Sha384 => HashAlgorithmName.SHA384,
        AuthProtocol.Sha512 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };
}
