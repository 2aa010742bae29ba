namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Has the device fetch a file (TR-069 A.3.2.8).</summary>
/// <param name="CommandKey">Comes back in TransferComplete; at most 32 characters.</param>
/// <param name="FileType">For example <c>1 Firmware Upgrade Image</c>.</param>
/// <param name="Url">Where from.</param>
/// <param name="Username">For the file server; may be empty.</param>
/// <param name="Password">For the file server; may be empty.</param>
/// <param name="FileSize">In bytes; 0 where it is not known.</param>
/// <param name="TargetFileName">The name on the device; may be empty.</param>
/// <param name="DelaySeconds">When to begin, from now.</param>
/// <param name="SuccessUrl">For a person's browser; mostly empty.</param>
/// <param name="FailureUrl">For a person's browser; mostly empty.</param>
public sealed record Download(string CommandKey, string FileType, string Url, string Username, string Password, int FileSize, string TargetFileName, int DelaySeconds, string SuccessUrl, string FailureUrl) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "Download";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var commandKey = "";
        var fileType = "";
        var url = "";
        var username = "";
        var password = "";
        var fileSize = 0;
        var targetFileName = "";
        var delaySeconds = 0;
        var successUrl = "";
        var failureUrl = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("CommandKey"u8)) commandKey = xml.ReadToken();
            else if (xml.Is("FileType"u8)) fileType = xml.ReadToken();
            else if (xml.Is("URL"u8)) url = xml.ReadToken();
            else if (xml.Is("Username"u8)) username = xml.ReadToken();
            else if (xml.Is("Password"u8)) password = xml.ReadContent();
            else if (xml.Is("FileSize"u8)) fileSize = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("TargetFileName"u8)) targetFileName = xml.ReadToken();
            else if (xml.Is("DelaySeconds"u8)) delaySeconds = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("SuccessURL"u8)) successUrl = xml.ReadToken();
            else if (xml.Is("FailureURL"u8)) failureUrl = xml.ReadToken();
        }
        return new Download(commandKey, fileType, url, username, password, fileSize, targetFileName, delaySeconds, successUrl, failureUrl);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:Download"u8);
        writer.Element("CommandKey"u8, CommandKey);
        writer.Element("FileType"u8, FileType);
        writer.Element("URL"u8, Url);
        writer.Element("Username"u8, Username);
        writer.Element("Password"u8, Password);
        writer.Element("FileSize"u8, FileSize);
        writer.Element("TargetFileName"u8, TargetFileName);
        writer.Element("DelaySeconds"u8, DelaySeconds);
        writer.Element("SuccessURL"u8, SuccessUrl);
        writer.Element("FailureURL"u8, FailureUrl);
        writer.Close("cwmp:Download"u8);
    }
}
