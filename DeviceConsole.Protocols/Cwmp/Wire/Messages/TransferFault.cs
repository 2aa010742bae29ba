namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>How a transfer ended (TR-069 Table 35).</summary>
/// <param name="Code">0 for success, else a fault code.</param>
/// <param name="Text">The device's own words.</param>
public sealed record TransferFault(int Code, string Text)
{
    /// <summary>Success.</summary>
    public static TransferFault None { get; } = new(0, "");

    internal static TransferFault Read(ref XmlScanner xml)
    {
        var (code, text) = (0, "");
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("FaultCode"u8)) code = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("FaultString"u8)) text = xml.ReadToken();
        }
        return new TransferFault(code, text);
    }

    internal void Write(SoapWriter writer) => writer.Open("FaultStruct"u8).Element("FaultCode"u8, Code).Element("FaultString"u8, Text).Close("FaultStruct"u8);
}
