using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DeviceConsole.Core.Secrets;

/// <summary>A sealed secret could not be opened: another key, another place, or changed bytes.</summary>
public sealed class SecretUnreadableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Seals secrets with AES-256-GCM (NIST SP 800-38D) under a key derived from the master key. The place a secret belongs to
/// (tenant, row, field) is authenticated with it: ciphertext that is moved to another row or tenant does not open.
/// </summary>
/// <remarks>Layout: version (1 byte), key id (4 bytes, big endian), nonce (12), tag (16), ciphertext.</remarks>
public sealed class SecretBox
{
    private const byte Version = 1;
    private const int HeaderSize = 5, NonceSize = 12, TagSize = 16;
    private readonly byte[] key;
    private readonly uint keyId;

    /// <summary>A box for one purpose; two purposes cannot open each other's secrets.</summary>
    public SecretBox(MasterKey masterKey, string purpose)
    {
        key = masterKey.Derive(purpose);
        keyId = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(key));
    }

    /// <summary>Seals bytes for a place.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, params ReadOnlySpan<string> place)
    {
        var sealedBytes = new byte[HeaderSize + NonceSize + TagSize + plain.Length];
        sealedBytes[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(sealedBytes.AsSpan(1), keyId);
        var nonce = sealedBytes.AsSpan(HeaderSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(HeaderSize + NonceSize + TagSize), sealedBytes.AsSpan(HeaderSize + NonceSize, TagSize), Place(place));
        return sealedBytes;
    }

    /// <summary>Opens what was sealed for the same place, or throws <see cref="SecretUnreadableException"/>.</summary>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, params ReadOnlySpan<string> place)
    {
        if (sealedBytes.Length < HeaderSize + NonceSize + TagSize || sealedBytes[0] != Version)
            throw new SecretUnreadableException("A stored secret is damaged.");
        if (BinaryPrimitives.ReadUInt32BigEndian(sealedBytes[1..]) != keyId)
            throw new SecretUnreadableException("A stored secret was sealed under another master key. Start with the DEVICECONSOLE_MASTER_KEY that this database was used with.");
        var plain = new byte[sealedBytes.Length - HeaderSize - NonceSize - TagSize];
        try
        {
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(sealedBytes.Slice(HeaderSize, NonceSize), sealedBytes[(HeaderSize + NonceSize + TagSize)..],
                sealedBytes.Slice(HeaderSize + NonceSize, TagSize), plain, Place(place));
            return plain;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new SecretUnreadableException("A stored secret does not belong to the place where it was found, or was changed.", e);
        }
    }

    // Length-prefixed, so that ("a", "bc") and ("ab", "c") are different places.
    private static byte[] Place(ReadOnlySpan<string> parts)
    {
        using var stream = new MemoryStream();
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            stream.Write(BitConverter.GetBytes(bytes.Length));
            stream.Write(bytes);
        }
        return stream.ToArray();
    }
}
