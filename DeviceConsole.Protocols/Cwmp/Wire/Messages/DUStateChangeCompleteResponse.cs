namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The answer to a DUStateChangeComplete.</summary>
public sealed record DUStateChangeCompleteResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "DUStateChangeCompleteResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new DUStateChangeCompleteResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:DUStateChangeCompleteResponse/>"u8);
}
