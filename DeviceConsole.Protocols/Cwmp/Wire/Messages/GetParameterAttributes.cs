namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Asks for attributes (TR-069 A.3.2.5).</summary>
/// <param name="Names">Full paths, or paths that end with a dot.</param>
public sealed record GetParameterAttributes(IReadOnlyList<string> Names) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetParameterAttributes";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        IReadOnlyList<string> names = [];
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ParameterNames"u8)) names = MessageLists.ReadTexts(ref xml);
        }
        return new GetParameterAttributes(names);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetParameterAttributes"u8);
        writer.Texts("ParameterNames"u8, Names);
        writer.Close("cwmp:GetParameterAttributes"u8);
    }
}
