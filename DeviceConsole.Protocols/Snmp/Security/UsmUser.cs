using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>A user of USM as it was entered: name, protocols and passwords. Prints no secret.</summary>
public sealed class UsmUser
{
    // Keys of the caches: passwords do not lie in them, nor a hash that somebody could look up.
    private static readonly byte[] ProcessKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>A user.</summary>
    /// <exception cref="ArgumentException">Privacy without authentication, or a password that a protocol needs is missing.</exception>
    public UsmUser(string name, AuthProtocol auth = AuthProtocol.None, string? authPassword = null, PrivProtocol priv = PrivProtocol.None, string? privPassword = null)
    {
        if (priv != PrivProtocol.None && auth == AuthProtocol.None) throw new ArgumentException("Privacy needs authentication.", nameof(priv));
        if (auth != AuthProtocol.None && string.IsNullOrEmpty(authPassword)) throw new ArgumentException("Authentication needs a password.", nameof(authPassword));
        if (priv != PrivProtocol.None && string.IsNullOrEmpty(privPassword)) throw new ArgumentException("Privacy needs a password.", nameof(privPassword));
        NameText = name;
        Name = Encoding.UTF8.GetBytes(name);
        Auth = auth;
        Priv = priv;
        AuthPassword = auth == AuthProtocol.None ? [] : Encoding.UTF8.GetBytes(authPassword!);
        PrivPassword = priv == PrivProtocol.None ? [] : Encoding.UTF8.GetBytes(privPassword!);
        AuthKeyId = KeyId(auth, AuthPassword);
        PrivKeyId = KeyId(auth, PrivPassword);
        Identity = $"{Convert.ToHexString(Name)} {auth} {priv} {AuthKeyId} {PrivKeyId}";
    }

    /// <summary>usmUserName as text.</summary>
    public string NameText { get; }

    /// <summary>The authentication protocol.</summary>
    public AuthProtocol Auth { get; }

    /// <summary>The privacy protocol.</summary>
    public PrivProtocol Priv { get; }

    /// <summary>The flags of every message of this user.</summary>
    public V3Flags Level => (Auth == AuthProtocol.None ? V3Flags.None : V3Flags.Auth) | (Priv == PrivProtocol.None ? V3Flags.None : V3Flags.Priv);

    internal byte[] Name { get; }

    internal byte[] AuthPassword { get; }

    internal byte[] PrivPassword { get; }

    internal string AuthKeyId { get; }

    internal string PrivKeyId { get; }

    /// <summary>Equal for two users that are the same in everything; tells no secret.</summary>
    internal string Identity { get; }

    /// <summary>The name; never a password.</summary>
    public override string ToString() => NameText;

    private static string KeyId(AuthProtocol auth, byte[] password) =>
        password.Length == 0 ? "" : Convert.ToHexString(HMACSHA256.HashData(ProcessKey, (byte[])[(byte)auth, .. password]));
}
