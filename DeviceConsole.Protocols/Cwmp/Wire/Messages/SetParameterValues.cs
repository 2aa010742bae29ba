namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Sets values, all or none (TR-069 A.3.2.1).</summary>
/// <param name="Parameters">Full paths with the new values.</param>
/// <param name="ParameterKey">What the device's ParameterKey becomes.</param>
public sealed record SetParameterValues(IReadOnlyList<ParameterValueStruct> Parameters, string ParameterKey) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "SetParameterValues";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        IReadOnlyList<ParameterValueStruct> parameters = [];
        var parameterKey = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ParameterList"u8)) parameters = ParameterValueStruct.ReadList(ref xml);
            else if (xml.Is("ParameterKey"u8)) parameterKey = xml.ReadToken();
        }
        return new SetParameterValues(parameters, parameterKey);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:SetParameterValues"u8);
        ParameterValueStruct.WriteList(writer, Parameters);
        writer.Element("ParameterKey"u8, ParameterKey);
        writer.Close("cwmp:SetParameterValues"u8);
    }
}
