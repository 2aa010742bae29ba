namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Who the device is (TR-069 Table 37).</summary>
/// <param name="Manufacturer">For people.</param>
/// <param name="Oui">Six hexadecimal digits, as a rule.</param>
/// <param name="ProductClass">May be empty.</param>
/// <param name="SerialNumber">The serial number.</param>
public sealed record DeviceIdStruct(string Manufacturer, string Oui, string ProductClass, string SerialNumber)
{
    /// <summary>Nothing said.</summary>
    public static DeviceIdStruct None { get; } = new("", "", "", "");

    internal static DeviceIdStruct Read(ref XmlScanner xml)
    {
        var id = None;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Manufacturer"u8)) id = id with { Manufacturer = xml.ReadToken() };
            else if (xml.Is("OUI"u8)) id = id with { Oui = xml.ReadToken() };
            else if (xml.Is("ProductClass"u8)) id = id with { ProductClass = xml.ReadToken() };
            else if (xml.Is("SerialNumber"u8)) id = id with { SerialNumber = xml.ReadToken() };
        }
        return id;
    }

    internal void Write(SoapWriter writer) => writer.Open("DeviceId"u8).Element("Manufacturer"u8, Manufacturer).Element("OUI"u8, Oui)
        .Element("ProductClass"u8, ProductClass).Element("SerialNumber"u8, SerialNumber).Close("DeviceId"u8);
}
