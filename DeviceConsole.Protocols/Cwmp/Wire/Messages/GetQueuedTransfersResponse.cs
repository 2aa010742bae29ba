namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The transfers that the device still has before it.</summary>
/// <param name="Transfers">Those that the ACS asked for.</param>
public sealed record GetQueuedTransfersResponse(IReadOnlyList<QueuedTransferStruct> Transfers) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetQueuedTransfersResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var items = new List<QueuedTransferStruct>();
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (!xml.Is("TransferList"u8)) continue;
            var list = xml.Depth;
            while (xml.NextChild(list)) MessageLists.Add(items, QueuedTransferStruct.Read(ref xml));
        }
        return new GetQueuedTransfersResponse(items);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetQueuedTransfersResponse"u8).OpenArray("TransferList"u8, "cwmp:QueuedTransferStruct"u8, Transfers.Count);
        foreach (var item in Transfers) item.Write(writer);
        writer.Close("TransferList"u8).Close("cwmp:GetQueuedTransfersResponse"u8);
    }
}
