namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Asks which transfers the device still has before it, also those that the ACS did not ask for (TR-069 A.4.1.7).</summary>
public sealed record GetAllQueuedTransfers : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetAllQueuedTransfers";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new GetAllQueuedTransfers();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:GetAllQueuedTransfers/>"u8);
}
