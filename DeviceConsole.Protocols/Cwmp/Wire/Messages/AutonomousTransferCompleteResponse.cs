namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The answer to an AutonomousTransferComplete.</summary>
public sealed record AutonomousTransferCompleteResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "AutonomousTransferCompleteResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new AutonomousTransferCompleteResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:AutonomousTransferCompleteResponse/>"u8);
}
