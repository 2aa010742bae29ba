namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The attributes are set.</summary>
public sealed record SetParameterAttributesResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "SetParameterAttributesResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new SetParameterAttributesResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:SetParameterAttributesResponse/>"u8);
}
