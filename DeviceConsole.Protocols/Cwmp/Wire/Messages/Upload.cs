namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Has the device send a file (TR-069 A.4.1.5).</summary>
/// <param name="CommandKey">Comes back in TransferComplete; at most 32 characters.</param>
/// <param name="FileType">For example <c>1 Vendor Configuration File</c>.</param>
/// <param name="Url">Where to.</param>
/// <param name="Username">For the file server; may be empty.</param>
/// <param name="Password">For the file server; may be empty.</param>
/// <param name="DelaySeconds">When to begin, from now.</param>
public sealed record Upload(string CommandKey, string FileType, string Url, string Username, string Password, int DelaySeconds) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "Upload";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var commandKey = "";
        var fileType = "";
        var url = "";
        var username = "";
        var password = "";
        var delaySeconds = 0;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("CommandKey"u8)) commandKey = xml.ReadToken();
            else if (xml.Is("FileType"u8)) fileType = xml.ReadToken();
            else if (xml.Is("URL"u8)) url = xml.ReadToken();
            else if (xml.Is("Username"u8)) username = xml.ReadToken();
            else if (xml.Is("Password"u8)) password = xml.ReadContent();
            else if (xml.Is("DelaySeconds"u8)) delaySeconds = CwmpText.ReadNumber(xml.ReadToken());
        }
        return new Upload(commandKey, fileType, url, username, password, delaySeconds);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:Upload"u8);
        writer.Element("CommandKey"u8, CommandKey);
        writer.Element("FileType"u8, FileType);
        writer.Element("URL"u8, Url);
        writer.Element("Username"u8, Username);
        writer.Element("Password"u8, Password);
        writer.Element("DelaySeconds"u8, DelaySeconds);
        writer.Close("cwmp:Upload"u8);
    }
}
