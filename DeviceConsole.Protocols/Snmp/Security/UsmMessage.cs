using System.Security.Cryptography;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>
/// An SNMPv3 message with the parameters of USM, as it came: who it says it is from is proved by <see cref="Verify"/>, and what it
/// says is read by <see cref="Open"/>.
/// </summary>
/// <param name="Message">The message.</param>
/// <param name="Parameters">Its security parameters.</param>
internal readonly record struct UsmMessage(V3Message Message, UsmParameters Parameters)
{
    /// <summary>What a message needs beside its scoped PDU, at most.</summary>
    public const int Overhead = 320;

    /// <summary>The longest message that this side takes, told to the other.</summary>
    public const int MaximumSize = 65_507;

    /// <summary>Reads a message from an array that belongs to it alone: <see cref="Verify"/> writes to it.</summary>
    /// <exception cref="SnmpDecodeException">It is none.</exception>
    public static bool TryRead(byte[] source, out UsmMessage message)
    {
        message = default;
        if (!V3Message.TryRead(source, out var outer, out _)) return false;
        message = new UsmMessage(outer, UsmParameters.Read(outer));
        return true;
    }

    /// <summary>True where the authentication code is the one that these keys give; compared in constant time.</summary>
    public bool Verify(UsmKeys keys)
    {
        var given = Message.Source.AsSpan(Parameters.Authentication);
        if (keys.Auth == AuthProtocol.None || given.Length != UsmHash.MacLength(keys.Auth)) return false;
        Span<byte> sent = stackalloc byte[UsmHash.MaximumDigest];
        sent = sent[..given.Length];
        given.CopyTo(sent);
        given.Clear();
        Span<byte> mac = stackalloc byte[UsmHash.MaximumDigest];
        UsmHash.Mac(keys.Auth, keys.AuthKey, Message.Source.AsSpan(0, Message.Length), mac);
        sent.CopyTo(given);
        return CryptographicOperations.FixedTimeEquals(mac[..sent.Length], sent);
    }

    /// <summary>The scoped PDU, decrypted where it is encrypted.</summary>
    /// <exception cref="SnmpDecodeException">It cannot be decrypted, or what comes out is no scoped PDU.</exception>
    public ScopedPdu Open(UsmKeys keys)
    {
        if (!Message.IsEncrypted) return ScopedPdu.Read(Message.Source, Message.Data);
        if (keys.Priv == PrivProtocol.None) throw new SnmpDecodeException("The message is encrypted, and there is no privacy key.");
        var plain = UsmCipher.Decrypt(
            keys.Priv, keys.PrivKey, Parameters.Boots, Parameters.Time, Message.Source.AsSpan(Message.Data), Message.Source.AsSpan(Parameters.Privacy));
        return ScopedPdu.Read(plain, ..);
    }

    /// <summary>Writes a message to the end of <paramref name="buffer"/>; returns what was written.</summary>
    public static ReadOnlySpan<byte> Write(Span<byte> buffer, scoped in UsmHeader header, PduType type, int requestId, int errorStatus, int errorIndex, ReadOnlySpan<VarBind> varBinds)
    {
        var keys = header.Keys;
        var writer = new BerWriter(buffer);
        ScopedPdu.Write(ref writer, header.ContextEngineId, header.ContextName, type, requestId, errorStatus, errorIndex, varBinds);
        Span<byte> privacy = stackalloc byte[keys.Priv == PrivProtocol.None ? 0 : UsmCipher.SaltLength];
        if (keys.Priv != PrivProtocol.None)
        {
            var encrypted = UsmCipher.Encrypt(keys.Priv, keys.PrivKey, header.Boots, header.Time, writer.Written, privacy);
            writer = new BerWriter(buffer);
            writer.WriteElement((byte)SnmpType.OctetString, encrypted);
        }

        var data = writer.Length;
        var macLength = UsmHash.MacLength(keys.Auth);
        var behind = UsmParameters.Write(ref writer, header.EngineId, header.Boots, header.Time, header.UserName, macLength, privacy);
        V3Message.WriteAround(ref writer, data, header.MessageId, MaximumSize, header.Flags);
        if (keys.Auth != AuthProtocol.None)
        {
            Span<byte> mac = stackalloc byte[UsmHash.MaximumDigest];
            UsmHash.Mac(keys.Auth, keys.AuthKey, writer.Written, mac);
            mac[..macLength].CopyTo(buffer[^behind..]);
        }

        return writer.Written;
    }
}
