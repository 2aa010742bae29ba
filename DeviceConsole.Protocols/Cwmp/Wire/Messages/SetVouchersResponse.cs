namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device took the vouchers.</summary>
public sealed record SetVouchersResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "SetVouchersResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new SetVouchersResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:SetVouchersResponse/>"u8);
}
