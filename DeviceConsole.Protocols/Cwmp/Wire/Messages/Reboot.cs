namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Has the device start anew, after the session (TR-069 A.3.2.9).</summary>
/// <param name="CommandKey">Comes back in the event <c>M Reboot</c>.</param>
public sealed record Reboot(string CommandKey) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "Reboot";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var commandKey = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("CommandKey"u8)) commandKey = xml.ReadToken();
        }
        return new Reboot(commandKey);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:Reboot"u8);
        writer.Element("CommandKey"u8, CommandKey);
        writer.Close("cwmp:Reboot"u8);
    }
}
