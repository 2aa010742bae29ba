namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>What is read of a stream at once.</summary>
public enum XmppEventKind
{
    /// <summary>White space between stanzas: a sign of life (RFC 6120 §4.6.1).</summary>
    Whitespace,

    /// <summary>The stream's header.</summary>
    Open,

    /// <summary>A whole child of the stream.</summary>
    Stanza,

    /// <summary>The stream's end.</summary>
    Close,
}

/// <summary>One event of a stream; the element of a header has no children.</summary>
public readonly record struct XmppEvent(XmppEventKind Kind, XmppElement? Element);
