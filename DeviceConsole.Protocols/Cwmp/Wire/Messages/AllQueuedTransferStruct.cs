namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A transfer that the device has before it, with its file (TR-069 A.4.1.7).</summary>
/// <param name="CommandKey">Of the request; empty where the ACS did not ask for it.</param>
/// <param name="State">1 not yet started, 2 in progress, 3 complete, finishing.</param>
/// <param name="IsDownload">The direction.</param>
/// <param name="FileType">For example <c>1 Firmware Upgrade Image</c>.</param>
/// <param name="FileSize">In bytes; 0 where it is not known.</param>
/// <param name="TargetFileName">The file's name on the device; may be empty.</param>
public sealed record AllQueuedTransferStruct(string CommandKey, int State, bool IsDownload, string FileType, int FileSize, string TargetFileName)
{
    internal static AllQueuedTransferStruct Read(ref XmlScanner xml)
    {
        var transfer = new AllQueuedTransferStruct("", 0, false, "", 0, "");
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("CommandKey"u8)) transfer = transfer with { CommandKey = xml.ReadToken() };
            else if (xml.Is("State"u8)) transfer = transfer with { State = CwmpText.ReadNumber(xml.ReadToken()) };
            else if (xml.Is("IsDownload"u8)) transfer = transfer with { IsDownload = CwmpText.ReadBoolean(xml.ReadToken()) };
            else if (xml.Is("FileType"u8)) transfer = transfer with { FileType = xml.ReadToken() };
            else if (xml.Is("FileSize"u8)) transfer = transfer with { FileSize = CwmpText.ReadNumber(xml.ReadToken()) };
            else if (xml.Is("TargetFileName"u8)) transfer = transfer with { TargetFileName = xml.ReadToken() };
        }
        return transfer;
    }

    internal void Write(SoapWriter writer) => writer.Open("AllQueuedTransferStruct"u8)
        .Element("CommandKey"u8, CommandKey).Element("State"u8, State).Element("IsDownload"u8, IsDownload)
        .Element("FileType"u8, FileType).Element("FileSize"u8, FileSize).Element("TargetFileName"u8, TargetFileName).Close("AllQueuedTransferStruct"u8);
}
