using System.Security.Cryptography.X509Certificates;
using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

namespace DeviceConsole.Protocols.Cwmp.Xmpp;

/// <summary>Who connects where.</summary>
internal sealed record XmppLogin(string Host, int Port, Jid Jid, string Password)
{
    /// <summary>False leaves the connection unencrypted.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Authorities that are trusted in place of the system's; null for those.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"{Jid} at {Host}:{Port}";
}
