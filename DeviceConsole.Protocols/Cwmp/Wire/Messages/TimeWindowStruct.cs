namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>When a ScheduleDownload may take place (TR-069 A.4.1.8).</summary>
/// <param name="Start">Seconds from the request to the window's start.</param>
/// <param name="End">Seconds from the request to the window's end.</param>
/// <param name="Mode"><c>1 At Any Time</c>, <c>2 Immediately</c>, <c>3 When Idle</c>, <c>4 Confirmation Needed</c>.</param>
/// <param name="UserMessage">Shown to the device's user where confirmation is needed.</param>
/// <param name="MaxRetries">How often the device may try again within the window; 0 never, -1 as it likes.</param>
public sealed record TimeWindowStruct(long Start, long End, string Mode, string UserMessage, int MaxRetries)
{
    internal static TimeWindowStruct Read(ref XmlScanner xml)
    {
        var window = new TimeWindowStruct(0, 0, "", "", 0);
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("WindowStart"u8)) window = window with { Start = CwmpText.ReadNumber(xml.ReadToken()) };
            else if (xml.Is("WindowEnd"u8)) window = window with { End = CwmpText.ReadNumber(xml.ReadToken()) };
            else if (xml.Is("WindowMode"u8)) window = window with { Mode = xml.ReadToken() };
            else if (xml.Is("UserMessage"u8)) window = window with { UserMessage = xml.ReadToken() };
            else if (xml.Is("MaxRetries"u8)) window = window with { MaxRetries = CwmpText.ReadNumber(xml.ReadToken()) };
        }
        return window;
    }

    internal void Write(SoapWriter writer) => writer.Open("TimeWindowStruct"u8)
        .Element("WindowStart"u8, Start).Element("WindowEnd"u8, End).Element("WindowMode"u8, Mode)
        .Element("UserMessage"u8, UserMessage).Element("MaxRetries"u8, MaxRetries).Close("TimeWindowStruct"u8);
}
