namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The answer to an Inform.</summary>
/// <param name="MaxEnvelopes">1.</param>
public sealed record InformResponse(int MaxEnvelopes) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "InformResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var maxEnvelopes = 0;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("MaxEnvelopes"u8)) maxEnvelopes = CwmpText.ReadNumber(xml.ReadToken());
        }
        return new InformResponse(maxEnvelopes);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:InformResponse"u8);
        writer.Element("MaxEnvelopes"u8, MaxEnvelopes);
        writer.Close("cwmp:InformResponse"u8);
    }
}
