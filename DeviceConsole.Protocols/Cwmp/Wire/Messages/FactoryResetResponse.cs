namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device will reset itself.</summary>
public sealed record FactoryResetResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "FactoryResetResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new FactoryResetResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:FactoryResetResponse/>"u8);
}
