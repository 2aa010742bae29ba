namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device took the ChangeDUState; a DUStateChangeComplete will follow.</summary>
public sealed record ChangeDUStateResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "ChangeDUStateResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new ChangeDUStateResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:ChangeDUStateResponse/>"u8);
}
