namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A person was sent here by the device's own pages (TR-069 A.4.2.1, deprecated).</summary>
/// <param name="Command">What is to be done.</param>
/// <param name="Referer">The page that it came from.</param>
/// <param name="Argument">An argument.</param>
/// <param name="NextUrl">Where the person goes then.</param>
public sealed record Kicked(string Command, string Referer, string Argument, string NextUrl) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "Kicked";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var command = "";
        var referer = "";
        var argument = "";
        var nextUrl = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Command"u8)) command = xml.ReadToken();
            else if (xml.Is("Referer"u8)) referer = xml.ReadToken();
            else if (xml.Is("Arg"u8)) argument = xml.ReadToken();
            else if (xml.Is("Next"u8)) nextUrl = xml.ReadToken();
        }
        return new Kicked(command, referer, argument, nextUrl);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:Kicked"u8);
        writer.Element("Command"u8, Command);
        writer.Element("Referer"u8, Referer);
        writer.Element("Arg"u8, Argument);
        writer.Element("Next"u8, NextUrl);
        writer.Close("cwmp:Kicked"u8);
    }
}
