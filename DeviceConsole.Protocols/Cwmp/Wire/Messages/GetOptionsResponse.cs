namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The options that vouchers enable.</summary>
/// <param name="Options">Those that the device has, or the one that was asked for.</param>
public sealed record GetOptionsResponse(IReadOnlyList<OptionStruct> Options) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetOptionsResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var items = new List<OptionStruct>();
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (!xml.Is("OptionList"u8)) continue;
            var list = xml.Depth;
            while (xml.NextChild(list)) MessageLists.Add(items, OptionStruct.Read(ref xml));
        }
        return new GetOptionsResponse(items);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetOptionsResponse"u8).OpenArray("OptionList"u8, "cwmp:OptionStruct"u8, Options.Count);
        foreach (var item in Options) item.Write(writer);
        writer.Close("OptionList"u8).Close("cwmp:GetOptionsResponse"u8);
    }
}
