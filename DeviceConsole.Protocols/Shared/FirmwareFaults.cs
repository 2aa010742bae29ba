using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Shared;

/// <summary>What goes wrong with firmware, in words.</summary>
internal static class FirmwareFaults
{
    public static ProtocolFault FileGone(string protocol) => new(FaultClass.Invalid, protocol + ".file-gone", "The file is no longer in the library. Upload it again, and make a new job with it.");

    public static ProtocolFault NoFirmware(string protocol, string name) => new(
        FaultClass.Invalid, protocol + ".no-firmware", $"{name} is no firmware. Choose a file that the library has as a firmware upgrade image.");

    public static ProtocolFault OtherVersion(string protocol, string expected, string? runs) => new(
        FaultClass.Refused, protocol + ".firmware-not-running",
        runs is null
            ? $"The device has started, but does not tell its software version, so nobody knows whether {Short(expected)} runs. Read Device.DeviceInfo.SoftwareVersion."
            : $"After its start the device runs version {Short(runs)}, not {Short(expected)}. It may have refused the image or fallen back to the old one: check that the image is one for this model, and that the version is entered as the device reports it.");

    public static ProtocolFault Failed(string protocol, string says) => new(
        FaultClass.Refused, protocol + ".firmware-failed",
        $"The device could not fetch the image, or refused it (\"{Short(says)}\"). Check that it reaches the file server, and that the image is one for this model.");

    public static ProtocolFault NoStart(string protocol) => new(
        FaultClass.Timeout, protocol + ".firmware-no-start", "The device took the order to fetch the firmware, but did not start with it in time. Look at the device, and read Device.DeviceInfo.SoftwareVersion.");

    public static ProtocolFault NoImages(string protocol) => new(
        FaultClass.Refused, protocol + ".firmware-no-image", "The device names no firmware image beside the one that runs (Device.DeviceInfo.FirmwareImage.), so there is no place for a new one.");

    private static string Short(string text) => text.Length <= 100 ? text : text[..100];
}
