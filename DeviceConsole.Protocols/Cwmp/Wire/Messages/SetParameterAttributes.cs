namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Changes attributes (TR-069 A.3.2.4).</summary>
/// <param name="Attributes">What is to change.</param>
public sealed record SetParameterAttributes(IReadOnlyList<SetParameterAttributesStruct> Attributes) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "SetParameterAttributes";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var attributes = new List<SetParameterAttributesStruct>();
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ParameterList"u8))
            {
                var list = xml.Depth;
                while (xml.NextChild(list)) MessageLists.Add(attributes, SetParameterAttributesStruct.Read(ref xml));
            }
        }
        return new SetParameterAttributes(attributes);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:SetParameterAttributes"u8);
        writer.OpenArray("ParameterList"u8, "cwmp:SetParameterAttributesStruct"u8, Attributes.Count);
        foreach (var item in Attributes) item.Write(writer);
        writer.Close("ParameterList"u8);
        writer.Close("cwmp:SetParameterAttributes"u8);
    }
}
