namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The answer to a RequestDownload; the Download itself is a request of its own.</summary>
public sealed record RequestDownloadResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "RequestDownloadResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new RequestDownloadResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:RequestDownloadResponse/>"u8);
}
