namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Has the device fetch a file, and apply it, within one or two windows of time (TR-069 A.4.1.8, CWMP 1.2).</summary>
/// <param name="CommandKey">Comes back in TransferComplete; at most 32 characters.</param>
/// <param name="FileType">For example <c>1 Firmware Upgrade Image</c>.</param>
/// <param name="Url">Where from.</param>
/// <param name="Username">For the file server; may be empty.</param>
/// <param name="Password">For the file server; may be empty.</param>
/// <param name="FileSize">In bytes; 0 where it is not known.</param>
/// <param name="TargetFileName">The name on the device; may be empty.</param>
/// <param name="Windows">One or two, one after the other.</param>
public sealed record ScheduleDownload(string CommandKey, string FileType, string Url, string Username, string Password, int FileSize, string TargetFileName, IReadOnlyList<TimeWindowStruct> Windows) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "ScheduleDownload";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var windows = new List<TimeWindowStruct>();
        var message = new ScheduleDownload("", "", "", "", "", 0, "", windows);
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("CommandKey"u8)) message = message with { CommandKey = xml.ReadToken() };
            else if (xml.Is("FileType"u8)) message = message with { FileType = xml.ReadToken() };
            else if (xml.Is("URL"u8)) message = message with { Url = xml.ReadToken() };
            else if (xml.Is("Username"u8)) message = message with { Username = xml.ReadToken() };
            else if (xml.Is("Password"u8)) message = message with { Password = xml.ReadContent() };
            else if (xml.Is("FileSize"u8)) message = message with { FileSize = CwmpText.ReadNumber(xml.ReadToken()) };
            else if (xml.Is("TargetFileName"u8)) message = message with { TargetFileName = xml.ReadToken() };
            else if (xml.Is("TimeWindowList"u8))
            {
                var list = xml.Depth;
                while (xml.NextChild(list)) MessageLists.Add(windows, TimeWindowStruct.Read(ref xml));
            }
        }
        return message;
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:ScheduleDownload"u8).Element("CommandKey"u8, CommandKey).Element("FileType"u8, FileType).Element("URL"u8, Url)
            .Element("Username"u8, Username).Element("Password"u8, Password).Element("FileSize"u8, FileSize).Element("TargetFileName"u8, TargetFileName)
            .OpenArray("TimeWindowList"u8, "cwmp:TimeWindowStruct"u8, Windows.Count);
        foreach (var window in Windows) window.Write(writer);
        writer.Close("TimeWindowList"u8).Close("cwmp:ScheduleDownload"u8);
    }
}
