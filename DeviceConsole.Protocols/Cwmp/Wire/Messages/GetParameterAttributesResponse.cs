namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Attributes.</summary>
/// <param name="Attributes">Full paths with their attributes.</param>
public sealed record GetParameterAttributesResponse(IReadOnlyList<ParameterAttributeStruct> Attributes) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetParameterAttributesResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var attributes = new List<ParameterAttributeStruct>();
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ParameterList"u8))
            {
                var list = xml.Depth;
                while (xml.NextChild(list)) MessageLists.Add(attributes, ParameterAttributeStruct.Read(ref xml));
            }
        }
        return new GetParameterAttributesResponse(attributes);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetParameterAttributesResponse"u8);
        writer.OpenArray("ParameterList"u8, "cwmp:ParameterAttributeStruct"u8, Attributes.Count);
        foreach (var item in Attributes) item.Write(writer);
        writer.Close("ParameterList"u8);
        writer.Close("cwmp:GetParameterAttributesResponse"u8);
    }
}
