namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The instance is deleted.</summary>
/// <param name="Status">0 deleted; 1 taken, and deleted later.</param>
public sealed record DeleteObjectResponse(int Status) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "DeleteObjectResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var status = 0;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Status"u8)) status = CwmpText.ReadNumber(xml.ReadToken());
        }
        return new DeleteObjectResponse(status);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:DeleteObjectResponse"u8);
        writer.Element("Status"u8, Status);
        writer.Close("cwmp:DeleteObjectResponse"u8);
    }
}
