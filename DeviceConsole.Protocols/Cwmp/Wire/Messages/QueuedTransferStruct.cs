namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A transfer that the device has before it (TR-069 Table 47).</summary>
/// <param name="CommandKey">Of the request.</param>
/// <param name="State">1 not yet started, 2 in progress, 3 complete, finishing.</param>
public sealed record QueuedTransferStruct(string CommandKey, int State)
{
    internal static QueuedTransferStruct Read(ref XmlScanner xml)
    {
        var (key, state) = ("", 0);
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("CommandKey"u8)) key = xml.ReadToken();
            else if (xml.Is("State"u8)) state = CwmpText.ReadNumber(xml.ReadToken());
        }
        return new QueuedTransferStruct(key, state);
    }

    internal void Write(SoapWriter writer) => writer.Open("QueuedTransferStruct"u8).Element("CommandKey"u8, CommandKey).Element("State"u8, State).Close("QueuedTransferStruct"u8);
}
