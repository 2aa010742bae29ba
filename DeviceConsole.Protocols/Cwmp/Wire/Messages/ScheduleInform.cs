namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Has the device call at a time (TR-069 A.4.1.2).</summary>
/// <param name="DelaySeconds">From now.</param>
/// <param name="CommandKey">Comes back in the event <c>M ScheduleInform</c>.</param>
public sealed record ScheduleInform(int DelaySeconds, string CommandKey) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "ScheduleInform";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var delaySeconds = 0;
        var commandKey = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("DelaySeconds"u8)) delaySeconds = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("CommandKey"u8)) commandKey = xml.ReadToken();
        }
        return new ScheduleInform(delaySeconds, commandKey);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:ScheduleInform"u8);
        writer.Element("DelaySeconds"u8, DelaySeconds);
        writer.Element("CommandKey"u8, CommandKey);
        writer.Close("cwmp:ScheduleInform"u8);
    }
}
