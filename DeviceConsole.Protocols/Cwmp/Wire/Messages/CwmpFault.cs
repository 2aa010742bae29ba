namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A request was refused (TR-069 §3.4.4, A.5): in a SOAP Fault, whatever prefixes it comes with.</summary>
/// <param name="Code">9000 to 9899 from a device, 8000 to 8899 from an ACS; 0 where none was given.</param>
/// <param name="Text">The other side's own words.</param>
/// <param name="Parameters">What is wrong with each parameter of a SetParameterValues; often empty.</param>
public sealed record CwmpFault(int Code, string Text, IReadOnlyList<ParameterFault> Parameters) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "Fault";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var (code, text, soapText) = (0, "", "");
        var parameters = new List<ParameterFault>();
        // The details stand at different depths: SOAP's detail, CWMP's Fault, or neither.
        var depth = xml.Depth;
        while (xml.Depth >= depth && xml.Read())
        {
            if (xml.Event != XmlEvent.Start) continue;
            if (xml.Is("FaultCode"u8)) code = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("FaultString"u8)) text = xml.ReadToken();
            else if (xml.Is("faultstring"u8)) soapText = OwnText(xml);
            else if (xml.Is("SetParameterValuesFault"u8)) MessageLists.Add(parameters, ParameterFault.Read(ref xml));
        }
        return new CwmpFault(code, text.Length > 0 ? text : soapText, parameters);
    }

    // Read from a copy: netcwmp puts SOAP's detail into it, and that is still to be read.
    private static string OwnText(XmlScanner copy) => copy.ReadToken();

    internal override void Write(SoapWriter writer)
    {
        writer.Open("soap-env:Fault"u8).Element("faultcode"u8, Code is 8000 or 8001 or 8003 or (>= 9000 and not 9002 and not 9004) ? "Client" : "Server").Element("faultstring"u8, "CWMP fault")
            .Open("detail"u8).Open("cwmp:Fault"u8).Element("FaultCode"u8, Code).Element("FaultString"u8, Text);
        foreach (var parameter in Parameters) parameter.Write(writer);
        writer.Close("cwmp:Fault"u8).Close("detail"u8).Close("soap-env:Fault"u8);
    }
}
