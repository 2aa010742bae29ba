namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Asks for the options that vouchers enable (TR-069 A.4.1.4, deprecated).</summary>
/// <param name="OptionName">One option; empty for all.</param>
public sealed record GetOptions(string OptionName) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetOptions";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var text = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("OptionName"u8)) text = xml.ReadToken();
        }
        return new GetOptions(text);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetOptions"u8);
        writer.Element("OptionName"u8, OptionName);
        writer.Close("cwmp:GetOptions"u8);
    }
}
