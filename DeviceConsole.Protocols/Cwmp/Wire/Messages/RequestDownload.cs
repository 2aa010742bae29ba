namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device asks to be sent a Download (TR-069 A.4.2.2).</summary>
/// <param name="FileType">For example <c>1 Firmware Upgrade Image</c>.</param>
public sealed record RequestDownload(string FileType) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "RequestDownload";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var fileType = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("FileType"u8)) fileType = xml.ReadToken();
        }
        return new RequestDownload(fileType);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:RequestDownload"u8);
        writer.Element("FileType"u8, FileType);
        writer.Close("cwmp:RequestDownload"u8);
    }
}
