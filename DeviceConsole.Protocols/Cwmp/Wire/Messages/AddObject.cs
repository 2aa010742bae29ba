namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Makes an instance of a table (TR-069 A.3.2.6).</summary>
/// <param name="ObjectName">The table's path, with a dot at the end.</param>
/// <param name="ParameterKey">What the device's ParameterKey becomes.</param>
public sealed record AddObject(string ObjectName, string ParameterKey) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "AddObject";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var objectName = "";
        var parameterKey = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("ObjectName"u8)) objectName = xml.ReadToken();
            else if (xml.Is("ParameterKey"u8)) parameterKey = xml.ReadToken();
        }
        return new AddObject(objectName, parameterKey);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:AddObject"u8);
        writer.Element("ObjectName"u8, ObjectName);
        writer.Element("ParameterKey"u8, ParameterKey);
        writer.Close("cwmp:AddObject"u8);
    }
}
