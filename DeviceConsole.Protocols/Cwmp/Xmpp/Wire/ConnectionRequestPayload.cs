namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>A connection request's payload (TR-069 K.2.3): the credentials of <c>ManagementServer.ConnectionRequestUsername</c> and its password.</summary>
public sealed record ConnectionRequestPayload(string UserName, string Password)
{
    private const string Element = "connectionRequest";

    /// <summary>As XML.</summary>
    public string Write() =>
        $"<{Element} xmlns='{XmppNames.ConnectionRequest}'><username>{XmppText.Escape(UserName)}</username><password>{XmppText.Escape(Password)}</password></{Element}>";

    /// <summary>Of an IQ stanza; null where it is none.</summary>
    public static ConnectionRequestPayload? Read(XmppElement iq) => iq["type"] == "get" && iq.Child(Element, XmppNames.ConnectionRequest) is { } request
        ? new ConnectionRequestPayload(request.Child("username", XmppNames.ConnectionRequest)?.Text ?? "", request.Child("password", XmppNames.ConnectionRequest)?.Text ?? "")
        : null;

    /// <summary>Prints no secret.</summary>
    public override string ToString() => Element;
}
