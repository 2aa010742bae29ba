using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>Encryption of scoped PDUs: CBC-DES (RFC 3414 §8), 3DES-EDE, CFB128-AES (RFC 3826).</summary>
[SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Agents that know nothing newer than 3DES are in the field.")]
[SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "RFC 3414 §8: many agents know no other.")]
[SuppressMessage("Security", "CA5358:Review cipher mode usage with cryptography experts", Justification = "RFC 3826 §3.1.3 prescribes CFB.")]
internal static class UsmCipher
{
    /// <summary>Bytes of msgPrivacyParameters.</summary>
    public const int SaltLength = 8;

    private const int AesBlock = 16, DesBlock = 8;

    private static long salt = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));

    /// <summary>Encrypts; the salt that goes into msgPrivacyParameters is written to <paramref name="privacy"/>.</summary>
    public static byte[] Encrypt(PrivProtocol protocol, byte[] key, int boots, int time, ReadOnlySpan<byte> plain, Span<byte> privacy)
    {
        var next = Interlocked.Increment(ref salt);
        if (IsAes(protocol))
        {
            BinaryPrimitives.WriteInt64BigEndian(privacy, next);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(privacy, boots);
            BinaryPrimitives.WriteInt32BigEndian(privacy[4..], unchecked((int)next));
        }

        return IsAes(protocol) ? Aes128Cfb(key, boots, time, plain, privacy, true) : Cbc(protocol, key, plain, privacy, true);
    }

    /// <summary>Decrypts. What comes back is garbage where the key is another.</summary>
    /// <exception cref="SnmpDecodeException">The lengths are none that the cipher makes.</exception>
    public static byte[] Decrypt(PrivProtocol protocol, byte[] key, int boots, int time, ReadOnlySpan<byte> encrypted, ReadOnlySpan<byte> privacy)
    {
        if (privacy.Length != SaltLength) throw new SnmpDecodeException($"The privacy parameters have {privacy.Length} octets where they have 8.");
        if (IsAes(protocol)) return Aes128Cfb(key, boots, time, encrypted, privacy, false);
        if (encrypted.Length == 0 || encrypted.Length % DesBlock != 0) throw new SnmpDecodeException("The encrypted PDU is no multiple of eight octets.");
        return Cbc(protocol, key, encrypted, privacy, false);
    }

    private static bool IsAes(PrivProtocol protocol) => protocol is not (PrivProtocol.Des or PrivProtocol.TripleDes);

    // CFB is a stream: what the framework wants filled up to a block is cut off again.
    private static byte[] Aes128Cfb(byte[] key, int boots, int time, ReadOnlySpan<byte> input, ReadOnlySpan<byte> privacy, bool encrypt)
    {
        Span<byte> iv = stackalloc byte[AesBlock];
        BinaryPrimitives.WriteInt32BigEndian(iv, boots);
        BinaryPrimitives.WriteInt32BigEndian(iv[4..], time);
        privacy.CopyTo(iv[8..]);
        using var aes = Aes.Create();
        aes.SetKey(key);
        var length = (input.Length + AesBlock - 1) / AesBlock * AesBlock;
        var filled = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            input.CopyTo(filled);
            filled.AsSpan(input.Length, length - input.Length).Clear();
            var text = filled.AsSpan(0, length);
            _ = encrypt ? aes.EncryptCfb(text, iv, text, PaddingMode.None, 128) : aes.DecryptCfb(text, iv, text, PaddingMode.None, 128);
            return text[..input.Length].ToArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(filled.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(filled);
        }
    }

    private static byte[] Cbc(PrivProtocol protocol, byte[] key, ReadOnlySpan<byte> input, ReadOnlySpan<byte> privacy, bool encrypt)
    {
        // The last eight octets of the key are the pre-IV.
        var keyLength = protocol == PrivProtocol.Des ? 8 : 24;
        Span<byte> iv = stackalloc byte[DesBlock];
        for (var i = 0; i < DesBlock; i++) iv[i] = (byte)(key[keyLength + i] ^ privacy[i]);
        using SymmetricAlgorithm cipher = protocol == PrivProtocol.Des ? DES.Create() : TripleDES.Create();
        cipher.Key = key[..keyLength];
        if (!encrypt) return cipher.DecryptCbc(input, iv, PaddingMode.None);
        var filled = new byte[(input.Length + DesBlock - 1) / DesBlock * DesBlock];
        input.CopyTo(filled);
        return cipher.EncryptCbc(filled, iv, PaddingMode.None);
    }
}
