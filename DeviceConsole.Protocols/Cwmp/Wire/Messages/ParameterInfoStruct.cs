namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A name of the device's tree (TR-069 Table 18).</summary>
/// <param name="Name">A parameter's full path, or an object's, which ends with a dot.</param>
/// <param name="Writable">It can be set; for an object: instances can be added, for an instance: it can be deleted.</param>
public sealed record ParameterInfoStruct(string Name, bool Writable)
{
    internal static ParameterInfoStruct Read(ref XmlScanner xml)
    {
        var (name, writable) = ("", false);
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Name"u8)) name = xml.ReadToken();
            else if (xml.Is("Writable"u8)) writable = CwmpText.ReadBoolean(xml.ReadToken());
        }
        return new ParameterInfoStruct(name, writable);
    }

    internal void Write(SoapWriter writer) => writer.Open("ParameterInfoStruct"u8).Element("Name"u8, Name).Element("Writable"u8, Writable).Close("ParameterInfoStruct"u8);
}
