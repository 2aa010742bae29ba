namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device will call.</summary>
public sealed record ScheduleInformResponse : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "ScheduleInformResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new ScheduleInformResponse();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:ScheduleInformResponse/>"u8);
}
