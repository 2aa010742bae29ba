namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A change of a parameter's attributes (TR-069 Table 22); null leaves an attribute as it is.</summary>
/// <param name="Name">A full path, or an object's for everything below.</param>
/// <param name="Notification">0 off, 1 passive, 2 active.</param>
/// <param name="AccessList">Who may write beside the ACS.</param>
public sealed record SetParameterAttributesStruct(string Name, int? Notification, IReadOnlyList<string>? AccessList)
{
    internal static SetParameterAttributesStruct Read(ref XmlScanner xml)
    {
        var (name, notification, changes, changesAccess) = ("", 0, false, false);
        IReadOnlyList<string> access = [];
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Name"u8)) name = xml.ReadToken();
            else if (xml.Is("NotificationChange"u8)) changes = CwmpText.ReadBoolean(xml.ReadToken());
            else if (xml.Is("Notification"u8)) notification = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("AccessListChange"u8)) changesAccess = CwmpText.ReadBoolean(xml.ReadToken());
            else if (xml.Is("AccessList"u8)) access = MessageLists.ReadTexts(ref xml);
        }
        return new SetParameterAttributesStruct(name, changes ? notification : null, changesAccess ? access : null);
    }

    internal void Write(SoapWriter writer) => writer.Open("SetParameterAttributesStruct"u8).Element("Name"u8, Name)
        .Element("NotificationChange"u8, Notification is not null).Element("Notification"u8, Notification ?? 0)
        .Element("AccessListChange"u8, AccessList is not null).Texts("AccessList"u8, AccessList ?? []).Close("SetParameterAttributesStruct"u8);
}
