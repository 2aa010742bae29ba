namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>What is wrong with one parameter of a SetParameterValues (TR-069 Table 5).</summary>
/// <param name="ParameterName">The full path.</param>
/// <param name="Code">The fault code.</param>
/// <param name="Text">The device's own words.</param>
public sealed record ParameterFault(string ParameterName, int Code, string Text)
{
    internal static ParameterFault Read(ref XmlScanner xml)
    {
        var (name, code, text) = ("", 0, "");
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ParameterName"u8)) name = xml.ReadToken();
            else if (xml.Is("FaultCode"u8)) code = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("FaultString"u8)) text = xml.ReadToken();
        }
        return new ParameterFault(name, code, text);
    }

    internal void Write(SoapWriter writer) => writer.Open("SetParameterValuesFault"u8).Element("ParameterName"u8, ParameterName)
        .Element("FaultCode"u8, Code).Element("FaultString"u8, Text).Close("SetParameterValuesFault"u8);
}
