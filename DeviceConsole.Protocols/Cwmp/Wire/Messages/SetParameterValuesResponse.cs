namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The values are set.</summary>
/// <param name="Status">0 applied; 1 taken, and applied later, perhaps after a reboot.</param>
public sealed record SetParameterValuesResponse(int Status) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "SetParameterValuesResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var status = 0;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Status"u8)) status = CwmpText.ReadNumber(xml.ReadToken());
        }
        return new SetParameterValuesResponse(status);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:SetParameterValuesResponse"u8);
        writer.Element("Status"u8, Status);
        writer.Close("cwmp:SetParameterValuesResponse"u8);
    }
}
