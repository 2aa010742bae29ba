namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The answer to an AutonomousDUStateChangeComplete.</summary>
public sealed record AutonomousDUStateChangeCompleteResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "AutonomousDUStateChangeCompleteResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new AutonomousDUStateChangeCompleteResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:AutonomousDUStateChangeCompleteResponse/>"u8);
}
