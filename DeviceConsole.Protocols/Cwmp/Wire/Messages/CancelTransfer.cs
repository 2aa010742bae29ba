namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Has the device give up a Download, ScheduleDownload or Upload that it has before it (TR-069 A.4.1.9, CWMP 1.1).</summary>
/// <param name="CommandKey">Of the transfer.</param>
public sealed record CancelTransfer(string CommandKey) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "CancelTransfer";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var text = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("CommandKey"u8)) text = xml.ReadToken();
        }
        return new CancelTransfer(text);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:CancelTransfer"u8);
        writer.Element("CommandKey"u8, CommandKey);
        writer.Close("cwmp:CancelTransfer"u8);
    }
}
