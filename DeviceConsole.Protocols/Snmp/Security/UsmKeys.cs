namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>A user's keys for one engine.</summary>
/// <param name="Auth">The authentication protocol.</param>
/// <param name="AuthKey">Kul; empty without authentication.</param>
/// <param name="Priv">The privacy protocol.</param>
/// <param name="PrivKey">The extended Kul; empty without privacy.</param>
internal sealed record UsmKeys(AuthProtocol Auth, byte[] AuthKey, PrivProtocol Priv, byte[] PrivKey)
{
    /// <summary>No security.</summary>
    public static UsmKeys None { get; } = new(AuthProtocol.None, [], PrivProtocol.None, []);

    /// <summary>Prints no key.</summary>
    public override string ToString() => $"keys for {Auth}, {Priv}";
}
