namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Values.</summary>
/// <param name="Parameters">Full paths with their values.</param>
public sealed record GetParameterValuesResponse(IReadOnlyList<ParameterValueStruct> Parameters) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetParameterValuesResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        IReadOnlyList<ParameterValueStruct> parameters = [];
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ParameterList"u8)) parameters = ParameterValueStruct.ReadList(ref xml);
        }
        return new GetParameterValuesResponse(parameters);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetParameterValuesResponse"u8);
        ParameterValueStruct.WriteList(writer, Parameters);
        writer.Close("cwmp:GetParameterValuesResponse"u8);
    }
}
