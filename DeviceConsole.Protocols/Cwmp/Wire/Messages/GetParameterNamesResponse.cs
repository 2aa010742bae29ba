namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The names below a path.</summary>
/// <param name="Names">Parameters and objects.</param>
public sealed record GetParameterNamesResponse(IReadOnlyList<ParameterInfoStruct> Names) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetParameterNamesResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var names = new List<ParameterInfoStruct>();
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ParameterList"u8))
            {
                var list = xml.Depth;
                while (xml.NextChild(list)) MessageLists.Add(names, ParameterInfoStruct.Read(ref xml));
            }
        }
        return new GetParameterNamesResponse(names);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetParameterNamesResponse"u8);
        writer.OpenArray("ParameterList"u8, "cwmp:ParameterInfoStruct"u8, Names.Count);
        foreach (var item in Names) item.Write(writer);
        writer.Close("ParameterList"u8);
        writer.Close("cwmp:GetParameterNamesResponse"u8);
    }
}
