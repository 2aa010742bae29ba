namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>All transfers that the device still has before it.</summary>
/// <param name="Transfers">Whoever asked for them.</param>
public sealed record GetAllQueuedTransfersResponse(IReadOnlyList<AllQueuedTransferStruct> Transfers) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetAllQueuedTransfersResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var items = new List<AllQueuedTransferStruct>();
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (!xml.Is("TransferList"u8)) continue;
            var list = xml.Depth;
            while (xml.NextChild(list)) MessageLists.Add(items, AllQueuedTransferStruct.Read(ref xml));
        }
        return new GetAllQueuedTransfersResponse(items);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetAllQueuedTransfersResponse"u8).OpenArray("TransferList"u8, "cwmp:AllQueuedTransferStruct"u8, Transfers.Count);
        foreach (var item in Transfers) item.Write(writer);
        writer.Close("TransferList"u8).Close("cwmp:GetAllQueuedTransfersResponse"u8);
    }
}
