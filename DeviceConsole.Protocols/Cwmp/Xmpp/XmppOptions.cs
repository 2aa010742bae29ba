using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp.Xmpp;

/// <summary>The XMPP server over which devices behind a NAT are asked to call in (TR-069 Annex K), from the configuration's section <c>Cwmp:Xmpp</c>.</summary>
[SettingsSection(XmppOptions.Section)]
public sealed class XmppOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Cwmp:Xmpp";

    /// <summary>This console's address at the server, <c>acs@xmpp.example.net</c>, perhaps with a resource; empty where there is no server.</summary>
    public string Jid { get; set; } = "";

    /// <summary>Its password, for the first set-up: one that a platform administrator stores under Listeners and certificates, Secrets, counts before it.</summary>
    public string Password { get; set; } = "";

    /// <summary>The server's name or address; the domain of the address above where it is empty.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port for clients.</summary>
    public int Port { get; set; } = 5222;

    /// <summary>False lets the password and the requests go unencrypted: only within a network of one's own. The password is never sent readable then.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>A file with the certificates (PEM) of the authority that signed the server's, where that is not one that the system trusts.</summary>
    public string AuthorityFile { get; set; } = "";

    /// <summary>How long a device may take to answer.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the server is asked for a sign of life.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(60);
}
