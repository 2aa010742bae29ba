namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device took the Download.</summary>
/// <param name="Status">0 done already; 1 a TransferComplete will follow.</param>
/// <param name="StartTime">Not known yet where the status is 1.</param>
/// <param name="CompleteTime">Not known yet where the status is 1.</param>
public sealed record DownloadResponse(int Status, string StartTime, string CompleteTime) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "DownloadResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var status = 0;
        var startTime = CwmpText.UnknownTime;
        var completeTime = CwmpText.UnknownTime;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Status"u8)) status = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("StartTime"u8)) startTime = xml.ReadToken();
            else if (xml.Is("CompleteTime"u8)) completeTime = xml.ReadToken();
        }
        return new DownloadResponse(status, startTime, completeTime);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:DownloadResponse"u8);
        writer.Element("Status"u8, Status);
        writer.Element("StartTime"u8, StartTime);
        writer.Element("CompleteTime"u8, CompleteTime);
        writer.Close("cwmp:DownloadResponse"u8);
    }
}
