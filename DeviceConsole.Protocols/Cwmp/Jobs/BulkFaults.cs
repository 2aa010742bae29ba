using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>Why a device could not be set up for bulk data.</summary>
internal static class BulkFaults
{
    /// <summary>Somebody removed the profile meanwhile.</summary>
    public static ProtocolFault Gone() => new(FaultClass.Invalid, "cwmp.bulk-profile-gone", "The profile was removed before the device could be set up, so nothing was written to it.");

    /// <summary>The device cannot do it.</summary>
    public static ProtocolFault Unable(string why, string? detail = null) => new(FaultClass.Refused, "cwmp.no-bulk-data", $"The device cannot report so. {why}", detail);
}
