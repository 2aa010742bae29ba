using System.Collections.Concurrent;

namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>Keys made from passwords once, and localised to an engine once. Thread-safe; bounded.</summary>
internal sealed class UsmKeyCache
{
    private const int Limit = 100_000;

    private readonly ConcurrentDictionary<string, byte[]> passwords = new();
    private readonly ConcurrentDictionary<(string User, string Engine), UsmKeys> localised = new();

    /// <summary>Makes what takes long, so that <see cref="Keys"/> is quick afterwards.</summary>
    public void Prepare(UsmUser user)
    {
        if (user.Auth != AuthProtocol.None) Ku(user.Auth, user.AuthKeyId, user.AuthPassword);
        if (user.Priv != PrivProtocol.None) Ku(user.Auth, user.PrivKeyId, user.PrivPassword);
    }

    /// <summary>The user's keys for an engine.</summary>
    public UsmKeys Keys(UsmUser user, ReadOnlySpan<byte> engineId)
    {
        if (user.Auth == AuthProtocol.None) return UsmKeys.None;
        var id = (user.Identity, Convert.ToHexString(engineId));
        if (localised.TryGetValue(id, out var known)) return known;
        if (localised.Count >= Limit) localised.Clear();
        return localised[id] = Make(user, engineId);
    }

    /// <summary>The key that proves a message, and nothing else: what an unproved sender names is neither made costly nor remembered.</summary>
    public UsmKeys AuthOnly(UsmUser user, ReadOnlySpan<byte> engineId) => user.Auth == AuthProtocol.None
        ? UsmKeys.None
        : new UsmKeys(user.Auth, UsmHash.Localise(user.Auth, Ku(user.Auth, user.AuthKeyId, user.AuthPassword), engineId), PrivProtocol.None, []);

    private UsmKeys Make(UsmUser user, ReadOnlySpan<byte> engineId)
    {
        var auth = UsmHash.Localise(user.Auth, Ku(user.Auth, user.AuthKeyId, user.AuthPassword), engineId);
        if (user.Priv == PrivProtocol.None) return new UsmKeys(user.Auth, auth, PrivProtocol.None, []);
        var priv = UsmHash.Localise(user.Auth, Ku(user.Auth, user.PrivKeyId, user.PrivPassword), engineId);
        return new UsmKeys(user.Auth, auth, user.Priv, KeyExtension.Extend(user.Auth, user.Priv, priv, engineId));
    }

    private byte[] Ku(AuthProtocol auth, string id, byte[] password)
    {
        if (passwords.TryGetValue(id, out var known)) return known;
        if (passwords.Count >= Limit) passwords.Clear();
        return passwords[id] = UsmHash.PasswordToKey(auth, password);
    }
}
