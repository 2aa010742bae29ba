namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The answer to a TransferComplete.</summary>
public sealed record TransferCompleteResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "TransferCompleteResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new TransferCompleteResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:TransferCompleteResponse/>"u8);
}
