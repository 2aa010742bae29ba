namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>Namespaces (RFC 6120 §13, Annex K of TR-069).</summary>
public static class XmppNames
{
    /// <summary>Of the stream's own element.</summary>
    public const string Stream = "http://etherx.jabber.org/streams";

    /// <summary>Of stanzas between a client and its server.</summary>
    public const string Client = "jabber:client";

    /// <summary>Of STARTTLS.</summary>
    public const string Tls = "urn:ietf:params:xml:ns:xmpp-tls";

    /// <summary>Of SASL.</summary>
    public const string Sasl = "urn:ietf:params:xml:ns:xmpp-sasl";

    /// <summary>Of resource binding.</summary>
    public const string Bind = "urn:ietf:params:xml:ns:xmpp-bind";

    /// <summary>Of the conditions in error stanzas.</summary>
    public const string Stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";

    /// <summary>Of pings between a client and its server (XEP-0199).</summary>
    public const string Ping = "urn:xmpp:ping";

    /// <summary>Of connection requests (TR-069 K.2.3).</summary>
    public const string ConnectionRequest = "urn:broadband-forum-org:cwmp:xmppConnReq-1-0";
}
