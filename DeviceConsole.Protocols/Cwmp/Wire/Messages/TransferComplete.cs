namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The device reports the end of a Download or Upload, perhaps long after and in another session (TR-069 A.3.3.2).</summary>
/// <param name="CommandKey">Of the request.</param>
/// <param name="Fault">How it ended.</param>
/// <param name="StartTime">When it began.</param>
/// <param name="CompleteTime">When it ended.</param>
public sealed record TransferComplete(string CommandKey, TransferFault Fault, string StartTime, string CompleteTime) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "TransferComplete";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var commandKey = "";
        var fault = TransferFault.None;
        var startTime = CwmpText.UnknownTime;
        var completeTime = CwmpText.UnknownTime;
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("CommandKey"u8)) commandKey = xml.ReadToken();
            else if (xml.Is("FaultStruct"u8)) fault = TransferFault.Read(ref xml);
            else if (xml.Is("StartTime"u8)) startTime = xml.ReadToken();
            else if (xml.Is("CompleteTime"u8)) completeTime = xml.ReadToken();
        }
        return new TransferComplete(commandKey, fault, startTime, completeTime);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:TransferComplete"u8);
        writer.Element("CommandKey"u8, CommandKey);
        Fault.Write(writer);
        writer.Element("StartTime"u8, StartTime);
        writer.Element("CompleteTime"u8, CompleteTime);
        writer.Close("cwmp:TransferComplete"u8);
    }
}
