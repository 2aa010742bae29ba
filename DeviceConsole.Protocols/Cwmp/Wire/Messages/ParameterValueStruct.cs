namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A parameter with its value (TR-069 Table 13).</summary>
/// <param name="Name">The full path.</param>
/// <param name="Value">The value as text; null where the device sent none.</param>
/// <param name="Type">The XSD type without its prefix; <c>string</c> where the device names none.</param>
public sealed record ParameterValueStruct(string Name, string? Value, string Type)
{
    internal static ParameterValueStruct Read(ref XmlScanner xml)
    {
        string name = "", type = "string";
        string? value = null;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Name"u8))
            {
                name = xml.ReadToken();
            }
            else if (xml.Is("Value"u8))
            {
                if (xml.TryGetAttribute("type"u8, out var attribute)) type = CwmpText.ReadType(attribute);
                value = type == "string" ? xml.ReadContent() : xml.ReadToken();
            }
        }
        return new ParameterValueStruct(name, value, type);
    }

    internal static List<ParameterValueStruct> ReadList(ref XmlScanner xml)
    {
        var list = new List<ParameterValueStruct>();
        var depth = xml.Depth;
        while (xml.NextChild(depth)) MessageLists.Add(list, Read(ref xml));
        return list;
    }

    internal static void WriteList(SoapWriter writer, IReadOnlyList<ParameterValueStruct> list)
    {
        writer.OpenArray("ParameterList"u8, "cwmp:ParameterValueStruct"u8, list.Count);
        foreach (var item in list)
        {
            writer.Open("ParameterValueStruct"u8).Element("Name"u8, item.Name)
                .Raw("<Value xsi:type=\"xsd:"u8).Text(item.Type).Raw("\">"u8).Text(item.Value ?? "").Close("Value"u8).Close("ParameterValueStruct"u8);
        }
        writer.Close("ParameterList"u8);
    }
}
