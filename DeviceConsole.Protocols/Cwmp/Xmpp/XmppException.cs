namespace DeviceConsole.Protocols.Cwmp.Xmpp;

/// <summary>Why there is no connection to the XMPP server, in a sentence for the operator.</summary>
public sealed class XmppException : Exception
{
    /// <summary>Without a reason.</summary>
    public XmppException()
    {
    }

    /// <summary>With the sentence.</summary>
    public XmppException(string message) : base(message)
    {
    }

    /// <summary>With the sentence and what caused it.</summary>
    public XmppException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
