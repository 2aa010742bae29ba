namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>A privacy key that is longer than the digest of the authentication protocol.</summary>
internal static class KeyExtension
{
    /// <summary>Bytes of the privacy key with what belongs to it (the pre-IV of DES and 3DES).</summary>
    public static int Length(PrivProtocol protocol) => protocol switch
    {
        PrivProtocol.Des or PrivProtocol.Aes128 => 16,
        PrivProtocol.TripleDes or PrivProtocol.Aes256 or PrivProtocol.Aes256Reeder => 32,
        PrivProtocol.Aes192 or PrivProtocol.Aes192Reeder => 24,
        _ => 0,
    };

    /// <summary>The privacy key for an engine from the password's key for it.</summary>
    /// <param name="auth">The authentication protocol, whose hash makes keys.</param>
    /// <param name="priv">The privacy protocol.</param>
    /// <param name="localised">Kul of the privacy password.</param>
    /// <param name="engineId">The engine.</param>
    public static byte[] Extend(AuthProtocol auth, PrivProtocol priv, byte[] localised, ReadOnlySpan<byte> engineId)
    {
        var needed = Length(priv);
        var key = localised;
        while (key.Length < needed)
        {
            key = priv is PrivProtocol.Aes192 or PrivProtocol.Aes256
                ? [.. key, .. UsmHash.Hash(auth, key)]
                : [.. key, .. Chain(auth, key.AsSpan(key.Length - localised.Length), engineId)];
        }

        return key[..needed];
    }

    // draft-reeder-snmpv3-usm-3desede §2.1: the last piece is the password of the next one.
    private static byte[] Chain(AuthProtocol auth, ReadOnlySpan<byte> piece, ReadOnlySpan<byte> engineId) =>
        UsmHash.Localise(auth, UsmHash.PasswordToKey(auth, piece), engineId);
}
