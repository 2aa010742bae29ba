namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The instance is made.</summary>
/// <param name="InstanceNumber">Its number.</param>
/// <param name="Status">0 made; 1 taken, and made later.</param>
public sealed record AddObjectResponse(int InstanceNumber, int Status) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "AddObjectResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var instanceNumber = 0;
        var status = 0;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("InstanceNumber"u8)) instanceNumber = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("Status"u8)) status = CwmpText.ReadNumber(xml.ReadToken());
        }
        return new AddObjectResponse(instanceNumber, status);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:AddObjectResponse"u8);
        writer.Element("InstanceNumber"u8, InstanceNumber);
        writer.Element("Status"u8, Status);
        writer.Close("cwmp:AddObjectResponse"u8);
    }
}
