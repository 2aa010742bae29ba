namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device will reboot.</summary>
public sealed record RebootResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "RebootResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new RebootResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:RebootResponse/>"u8);
}
