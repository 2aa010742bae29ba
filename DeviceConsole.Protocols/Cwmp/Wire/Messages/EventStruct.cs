namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Why a session takes place (TR-069 Table 8).</summary>
/// <param name="EventCode">For example <c>1 BOOT</c>, <c>M Reboot</c>.</param>
/// <param name="CommandKey">Of the request that led to it; mostly empty.</param>
public sealed record EventStruct(string EventCode, string CommandKey)
{
    /// <summary>What stands before the first space: <c>1</c>, <c>10</c>, <c>M</c>, <c>X</c>.</summary>
    public string Code => EventCode.Split(' ', 2)[0];

    internal static EventStruct Read(ref XmlScanner xml)
    {
        var (code, key) = ("", "");
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("EventCode"u8)) code = xml.ReadToken();
            else if (xml.Is("CommandKey"u8)) key = xml.ReadToken();
        }
        return new EventStruct(code, key);
    }

    internal void Write(SoapWriter writer) => writer.Open("EventStruct"u8).Element("EventCode"u8, EventCode).Element("CommandKey"u8, CommandKey).Close("EventStruct"u8);
}
