namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>What a client sends, as text.</summary>
internal static class XmppWriter
{
    /// <summary>The stream's end.</summary>
    public const string Close = "</stream:stream>";

    /// <summary>Asks for TLS (RFC 6120 §5.4.2.1).</summary>
    public const string StartTls = $"<starttls xmlns='{XmppNames.Tls}'/>";

    /// <summary>The stream's header (RFC 6120 §4.2).</summary>
    public static string Open(string domain) =>
        $"<?xml version='1.0'?><stream:stream to='{XmppText.Escape(domain)}' version='1.0' xml:lang='en' xmlns='{XmppNames.Client}' xmlns:stream='{XmppNames.Stream}'>";

    /// <summary>Begins an authentication (RFC 6120 §6.4.2); the initial response in base64, where "=" stands for an empty one.</summary>
    public static string Auth(string mechanism, string initial) => $"<auth xmlns='{XmppNames.Sasl}' mechanism='{XmppText.Escape(mechanism)}'>{XmppText.Escape(initial)}</auth>";

    /// <summary>The answer to a challenge, in base64.</summary>
    public static string Response(string text) => $"<response xmlns='{XmppNames.Sasl}'>{XmppText.Escape(text)}</response>";

    /// <summary>Asks for a resource (RFC 6120 §7.6); the server chooses where it is empty.</summary>
    public static string Bind(string resource) =>
        resource.Length == 0 ? $"<bind xmlns='{XmppNames.Bind}'/>" : $"<bind xmlns='{XmppNames.Bind}'><resource>{XmppText.Escape(resource)}</resource></bind>";

    /// <summary>A ping (XEP-0199).</summary>
    public const string Ping = $"<ping xmlns='{XmppNames.Ping}'/>";

    /// <summary>An IQ stanza (RFC 6120 §8.2.3) around a payload; null leaves the address to the server.</summary>
    public static string Iq(string type, string id, string? to, string payload) =>
        $"<iq type='{type}' id='{XmppText.Escape(id)}'{(to is null ? "" : $" to='{XmppText.Escape(to)}'")}>{payload}</iq>";

    /// <summary>The payload of an error (RFC 6120 §8.3.2).</summary>
    public static string Error(string type, string condition) => $"<error type='{type}'><{condition} xmlns='{XmppNames.Stanzas}'/></error>";
}
