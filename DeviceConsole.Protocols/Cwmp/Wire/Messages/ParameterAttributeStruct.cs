namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A parameter's attributes (TR-069 Table 24).</summary>
/// <param name="Name">The full path.</param>
/// <param name="Notification">0 off, 1 passive, 2 active; 3 to 6 with lightweight notification.</param>
/// <param name="AccessList">Who may write beside the ACS, for example <c>Subscriber</c>.</param>
public sealed record ParameterAttributeStruct(string Name, int Notification, IReadOnlyList<string> AccessList)
{
    internal static ParameterAttributeStruct Read(ref XmlScanner xml)
    {
        var (name, notification) = ("", 0);
        var access = new List<string>();
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Name"u8)) name = xml.ReadToken();
            else if (xml.Is("Notification"u8)) notification = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("AccessList"u8)) access = MessageLists.ReadTexts(ref xml);
        }
        return new ParameterAttributeStruct(name, notification, access);
    }

    internal void Write(SoapWriter writer) => writer.Open("ParameterAttributeStruct"u8).Element("Name"u8, Name).Element("Notification"u8, Notification)
        .Texts("AccessList"u8, AccessList).Close("ParameterAttributeStruct"u8);
}
