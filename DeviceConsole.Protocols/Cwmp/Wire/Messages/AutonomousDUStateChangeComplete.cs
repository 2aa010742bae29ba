namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device reports changes of its software modules that the ACS did not ask for (TR-069 A.4.2.4).</summary>
/// <param name="Results">One a deployment unit.</param>
public sealed record AutonomousDUStateChangeComplete(IReadOnlyList<DUStateChangeResult> Results) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "AutonomousDUStateChangeComplete";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        List<DUStateChangeResult> results = [];
        var depth = xml.Depth;
        while (xml.NextChild(depth))
            if (xml.Is("Results"u8)) results = DUStateChangeResult.ReadAll(ref xml);
        return new AutonomousDUStateChangeComplete(results);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:AutonomousDUStateChangeComplete"u8);
        DUStateChangeResult.WriteAll(writer, Results);
        writer.Close("cwmp:AutonomousDUStateChangeComplete"u8);
    }
}
