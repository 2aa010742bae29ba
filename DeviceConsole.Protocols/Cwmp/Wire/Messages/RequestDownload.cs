namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device asks to be sent a Download (TR-069 A.4.2.2).</summary>
/// <param name="FileType">For example <c>1 Firmware Upgrade Image</c>.</param>
/// <param name="Arguments">What the type needs further, FileTypeArg: for web content its version, for example.</param>
public sealed record RequestDownload(string FileType, IReadOnlyList<(string Name, string Value)> Arguments) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "RequestDownload";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var fileType = "";
        var arguments = new List<(string, string)>();
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("FileType"u8)) fileType = xml.ReadToken();
            if (!xml.Is("FileTypeArg"u8)) continue;
            var list = xml.Depth;
            while (xml.NextChild(list)) MessageLists.Add(arguments, ReadArgument(ref xml));
        }
        return new RequestDownload(fileType, arguments);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:RequestDownload"u8).Element("FileType"u8, FileType).OpenArray("FileTypeArg"u8, "cwmp:ArgStruct"u8, Arguments.Count);
        foreach (var (name, value) in Arguments) writer.Open("ArgStruct"u8).Element("Name"u8, name).Element("Value"u8, value).Close("ArgStruct"u8);
        writer.Close("FileTypeArg"u8).Close("cwmp:RequestDownload"u8);
    }

    private static (string Name, string Value) ReadArgument(ref XmlScanner xml)
    {
        var (name, value) = ("", "");
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Name"u8)) name = xml.ReadToken();
            else if (xml.Is("Value"u8)) value = xml.ReadToken();
        }
        return (name, value);
    }
}
