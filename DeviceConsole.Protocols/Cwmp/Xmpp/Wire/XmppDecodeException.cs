namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>What came is no XMPP; its message says why. The stream is over.</summary>
public sealed class XmppDecodeException : Exception
{
    /// <summary>Without a reason.</summary>
    public XmppDecodeException()
    {
    }

    /// <summary>With the reason, a sentence's end: "The XMPP stream …".</summary>
    public XmppDecodeException(string message) : base(message)
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public XmppDecodeException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
