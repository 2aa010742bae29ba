namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Asks which transfers the device still has before it (TR-069 A.4.1.1, deprecated: GetAllQueuedTransfers).</summary>
public sealed record GetQueuedTransfers : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetQueuedTransfers";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new GetQueuedTransfers();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:GetQueuedTransfers/>"u8);
}
