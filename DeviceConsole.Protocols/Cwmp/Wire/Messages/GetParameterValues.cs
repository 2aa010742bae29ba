namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Asks for values (TR-069 A.3.2.2).</summary>
/// <param name="Names">Full paths, or paths that end with a dot for everything below.</param>
public sealed record GetParameterValues(IReadOnlyList<string> Names) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetParameterValues";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        IReadOnlyList<string> names = [];
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ParameterNames"u8)) names = MessageLists.ReadTexts(ref xml);
        }
        return new GetParameterValues(names);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetParameterValues"u8);
        writer.Texts("ParameterNames"u8, Names);
        writer.Close("cwmp:GetParameterValues"u8);
    }
}
