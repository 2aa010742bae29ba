namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device reports the end of a ChangeDUState (TR-069 A.4.2.3).</summary>
/// <param name="Results">One a deployment unit.</param>
/// <param name="CommandKey">Of the ChangeDUState.</param>
public sealed record DUStateChangeComplete(IReadOnlyList<DUStateChangeResult> Results, string CommandKey) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "DUStateChangeComplete";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        List<DUStateChangeResult> results = [];
        var commandKey = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("Results"u8)) results = DUStateChangeResult.ReadAll(ref xml);
            else if (xml.Is("CommandKey"u8)) commandKey = xml.ReadToken();
        }
        return new DUStateChangeComplete(results, commandKey);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:DUStateChangeComplete"u8);
        DUStateChangeResult.WriteAll(writer, Results);
        writer.Element("CommandKey"u8, CommandKey);
        writer.Close("cwmp:DUStateChangeComplete"u8);
    }
}
