namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Asks for the names below a path (TR-069 A.3.2.3).</summary>
/// <param name="ParameterPath">A path that ends with a dot, a full path, or empty for the whole tree.</param>
/// <param name="NextLevel">Only the next level, or everything below.</param>
public sealed record GetParameterNames(string ParameterPath, bool NextLevel) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetParameterNames";

    /// <summary>True to write NextLevel as <c>true</c> and <c>false</c>, not as 1 and 0.</summary>
    public bool InWords { get; init; }

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var parameterPath = "";
        var nextLevel = false;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ParameterPath"u8)) parameterPath = xml.ReadToken();
            else if (xml.Is("NextLevel"u8)) nextLevel = CwmpText.ReadBoolean(xml.ReadToken());
        }
        return new GetParameterNames(parameterPath, nextLevel);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetParameterNames"u8);
        writer.Element("ParameterPath"u8, ParameterPath);
        if (InWords) writer.Element("NextLevel"u8, NextLevel ? "true" : "false");
        else writer.Element("NextLevel"u8, NextLevel);
        writer.Close("cwmp:GetParameterNames"u8);
    }
}
