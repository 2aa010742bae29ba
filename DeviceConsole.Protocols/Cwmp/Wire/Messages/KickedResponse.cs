namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The answer to a Kicked.</summary>
/// <param name="NextUrl">Where the person goes now.</param>
public sealed record KickedResponse(string NextUrl) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "KickedResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var nextUrl = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("NextURL"u8)) nextUrl = xml.ReadToken();
        }
        return new KickedResponse(nextUrl);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:KickedResponse"u8);
        writer.Element("NextURL"u8, NextUrl);
        writer.Close("cwmp:KickedResponse"u8);
    }
}
