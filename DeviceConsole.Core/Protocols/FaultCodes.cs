namespace DeviceConsole.Core.Protocols;

/// <summary>Codes of faults that the engine knows beside their class.</summary>
public static class FaultCodes
{
    /// <summary>
    /// The device was asked and vanished before it answered: it hung up, fell silent, or began anew. The attempt counts, and the engine notes the
    /// task: one during which a model vanishes again and again is stopped for that model.
    /// </summary>
    public const string DeviceVanished = "device.vanished";

    /// <summary>The task is stopped for the device's model and firmware.</summary>
    public const string TaskQuarantined = "task.quarantined";

    /// <summary>The fault of a device that vanished.</summary>
    public static ProtocolFault Vanished(string how) => new(FaultClass.Timeout, DeviceVanished,
        "The device vanished after it was asked and before it answered. If this comes again and again with the same request, the device may not stand it.", how);
}
