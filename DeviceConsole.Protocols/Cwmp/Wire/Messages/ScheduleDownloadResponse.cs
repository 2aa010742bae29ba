namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device took the ScheduleDownload; a TransferComplete will follow.</summary>
public sealed record ScheduleDownloadResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "ScheduleDownloadResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new ScheduleDownloadResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:ScheduleDownloadResponse/>"u8);
}
