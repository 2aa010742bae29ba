using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>Reads the message whose element was just opened.</summary>
internal delegate CwmpMessage MessageReader(ref XmlScanner xml);

/// <summary>The methods that are known here, by their element's name.</summary>
internal static class MessageReaders
{
    private static readonly Dictionary<string, MessageReader> Readers = new(StringComparer.Ordinal)
    {
        ["Fault"] = CwmpFault.Read,
        ["Inform"] = Inform.Read,
        ["InformResponse"] = InformResponse.Read,
        ["GetRPCMethods"] = GetRPCMethods.Read,
        ["GetRPCMethodsResponse"] = GetRPCMethodsResponse.Read,
        ["TransferComplete"] = TransferComplete.Read,
        ["TransferCompleteResponse"] = TransferCompleteResponse.Read,
        ["AutonomousTransferComplete"] = AutonomousTransferComplete.Read,
        ["AutonomousTransferCompleteResponse"] = AutonomousTransferCompleteResponse.Read,
        ["DUStateChangeComplete"] = DUStateChangeComplete.Read,
        ["DUStateChangeCompleteResponse"] = DUStateChangeCompleteResponse.Read,
        ["AutonomousDUStateChangeComplete"] = AutonomousDUStateChangeComplete.Read,
        ["AutonomousDUStateChangeCompleteResponse"] = AutonomousDUStateChangeCompleteResponse.Read,
        ["RequestDownload"] = RequestDownload.Read,
        ["RequestDownloadResponse"] = RequestDownloadResponse.Read,
        ["Kicked"] = Kicked.Read,
        ["KickedResponse"] = KickedResponse.Read,
        ["GetParameterNames"] = GetParameterNames.Read,
        ["GetParameterNamesResponse"] = GetParameterNamesResponse.Read,
        ["GetParameterValues"] = GetParameterValues.Read,
        ["GetParameterValuesResponse"] = GetParameterValuesResponse.Read,
        ["SetParameterValues"] = SetParameterValues.Read,
        ["SetParameterValuesResponse"] = SetParameterValuesResponse.Read,
        ["GetParameterAttributes"] = GetParameterAttributes.Read,
        ["GetParameterAttributesResponse"] = GetParameterAttributesResponse.Read,
        ["SetParameterAttributes"] = SetParameterAttributes.Read,
        ["SetParameterAttributesResponse"] = SetParameterAttributesResponse.Read,
        ["AddObject"] = AddObject.Read,
        ["AddObjectResponse"] = AddObjectResponse.Read,
        ["DeleteObject"] = DeleteObject.Read,
        ["DeleteObjectResponse"] = DeleteObjectResponse.Read,
        ["Download"] = Download.Read,
        ["DownloadResponse"] = DownloadResponse.Read,
        ["Upload"] = Upload.Read,
        ["UploadResponse"] = UploadResponse.Read,
        ["Reboot"] = Reboot.Read,
        ["RebootResponse"] = RebootResponse.Read,
        ["FactoryReset"] = FactoryReset.Read,
        ["FactoryResetResponse"] = FactoryResetResponse.Read,
        ["ScheduleInform"] = ScheduleInform.Read,
        ["ScheduleInformResponse"] = ScheduleInformResponse.Read,
        ["ScheduleDownload"] = ScheduleDownload.Read,
        ["ScheduleDownloadResponse"] = ScheduleDownloadResponse.Read,
        ["CancelTransfer"] = CancelTransfer.Read,
        ["CancelTransferResponse"] = CancelTransferResponse.Read,
        ["GetQueuedTransfers"] = GetQueuedTransfers.Read,
        ["GetQueuedTransfersResponse"] = GetQueuedTransfersResponse.Read,
        ["GetAllQueuedTransfers"] = GetAllQueuedTransfers.Read,
        ["GetAllQueuedTransfersResponse"] = GetAllQueuedTransfersResponse.Read,
        ["ChangeDUState"] = ChangeDUState.Read,
        ["ChangeDUStateResponse"] = ChangeDUStateResponse.Read,
        ["GetOptions"] = GetOptions.Read,
        ["GetOptionsResponse"] = GetOptionsResponse.Read,
        ["SetVouchers"] = SetVouchers.Read,
        ["SetVouchersResponse"] = SetVouchersResponse.Read,
    };

    /// <summary>The reader, or null for a method that is not known.</summary>
    public static MessageReader? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > 128) return null;
        if (name.StartsWith("X_"u8)) return VendorMessage.Read;
        return Readers.GetValueOrDefault(System.Text.Encoding.UTF8.GetString(name));
    }
}
