namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The transfer is cancelled; no TransferComplete will follow.</summary>
public sealed record CancelTransferResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "CancelTransferResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new CancelTransferResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:CancelTransferResponse/>"u8);
}
