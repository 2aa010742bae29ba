namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device reports a transfer that the ACS did not ask for (TR-069 A.3.3.3).</summary>
/// <param name="AnnounceUrl">Where the file was announced.</param>
/// <param name="TransferUrl">Where it came from or went to.</param>
/// <param name="IsDownload">The direction.</param>
/// <param name="FileType">For example <c>1 Firmware Upgrade Image</c>.</param>
/// <param name="FileSize">In bytes.</param>
/// <param name="TargetFileName">The file's name on the device.</param>
/// <param name="Fault">How it ended.</param>
/// <param name="StartTime">When it began.</param>
/// <param name="CompleteTime">When it ended.</param>
public sealed record AutonomousTransferComplete(string AnnounceUrl, string TransferUrl, bool IsDownload, string FileType, int FileSize, string TargetFileName, TransferFault Fault, string StartTime, string CompleteTime) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "AutonomousTransferComplete";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var announceUrl = "";
        var transferUrl = "";
        var isDownload = false;
        var fileType = "";
        var fileSize = 0;
        var targetFileName = "";
        var fault = TransferFault.None;
        var startTime = CwmpText.UnknownTime;
        var completeTime = CwmpText.UnknownTime;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("AnnounceURL"u8)) announceUrl = xml.ReadToken();
            else if (xml.Is("TransferURL"u8)) transferUrl = xml.ReadToken();
            else if (xml.Is("IsDownload"u8)) isDownload = CwmpText.ReadBoolean(xml.ReadToken());
            else if (xml.Is("FileType"u8)) fileType = xml.ReadToken();
            else if (xml.Is("FileSize"u8)) fileSize = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("TargetFileName"u8)) targetFileName = xml.ReadToken();
            else if (xml.Is("FaultStruct"u8)) fault = TransferFault.Read(ref xml);
            else if (xml.Is("StartTime"u8)) startTime = xml.ReadToken();
            else if (xml.Is("CompleteTime"u8)) completeTime = xml.ReadToken();
        }
        return new AutonomousTransferComplete(announceUrl, transferUrl, isDownload, fileType, fileSize, targetFileName, fault, startTime, completeTime);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:AutonomousTransferComplete"u8);
        writer.Element("AnnounceURL"u8, AnnounceUrl);
        writer.Element("TransferURL"u8, TransferUrl);
        writer.Element("IsDownload"u8, IsDownload);
        writer.Element("FileType"u8, FileType);
        writer.Element("FileSize"u8, FileSize);
        writer.Element("TargetFileName"u8, TargetFileName);
        Fault.Write(writer);
        writer.Element("StartTime"u8, StartTime);
        writer.Element("CompleteTime"u8, CompleteTime);
        writer.Close("cwmp:AutonomousTransferComplete"u8);
    }
}
