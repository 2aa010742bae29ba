namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Has the device forget everything (TR-069 A.4.1.6).</summary>
public sealed record FactoryReset : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "FactoryReset";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new FactoryReset();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:FactoryReset/>"u8);
}
