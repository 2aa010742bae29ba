namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device opens a session (TR-069 A.3.3.1).</summary>
/// <param name="DeviceId">Who it is.</param>
/// <param name="Events">Why it calls.</param>
/// <param name="MaxEnvelopes">1.</param>
/// <param name="CurrentTime">Its clock, as it writes it.</param>
/// <param name="RetryCount">How often it tried before.</param>
/// <param name="Parameters">What it reports; the label of the array is often wrong and is not looked at.</param>
public sealed record Inform(DeviceIdStruct DeviceId, IReadOnlyList<EventStruct> Events, int MaxEnvelopes, string CurrentTime, int RetryCount, IReadOnlyList<ParameterValueStruct> Parameters) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "Inform";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var deviceId = DeviceIdStruct.None;
        var events = new List<EventStruct>();
        var maxEnvelopes = 0;
        var currentTime = CwmpText.UnknownTime;
        var retryCount = 0;
        IReadOnlyList<ParameterValueStruct> parameters = [];
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("DeviceId"u8)) deviceId = DeviceIdStruct.Read(ref xml);
            else if (xml.Is("Event"u8))
            {
                var list = xml.Depth;
                while (xml.NextChild(list)) MessageLists.Add(events, EventStruct.Read(ref xml));
            }
            else if (xml.Is("MaxEnvelopes"u8)) maxEnvelopes = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("CurrentTime"u8)) currentTime = xml.ReadToken();
            else if (xml.Is("RetryCount"u8)) retryCount = CwmpText.ReadNumber(xml.ReadToken());
            else if (xml.Is("ParameterList"u8)) parameters = ParameterValueStruct.ReadList(ref xml);
        }
        return new Inform(deviceId, events, maxEnvelopes, currentTime, retryCount, parameters);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:Inform"u8);
        DeviceId.Write(writer);
        writer.OpenArray("Event"u8, "cwmp:EventStruct"u8, Events.Count);
        foreach (var item in Events) item.Write(writer);
        writer.Close("Event"u8);
        writer.Element("MaxEnvelopes"u8, MaxEnvelopes);
        writer.Element("CurrentTime"u8, CurrentTime);
        writer.Element("RetryCount"u8, RetryCount);
        ParameterValueStruct.WriteList(writer, Parameters);
        writer.Close("cwmp:Inform"u8);
    }
}
