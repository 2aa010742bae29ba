using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>What devices have in common that behave alike. Each is at most 200 printable characters.</summary>
/// <param name="Manufacturer">As the device says; may be empty.</param>
/// <param name="Model">Its model or product class; never empty.</param>
/// <param name="Firmware">Its software version; empty where it did not say.</param>
public sealed record DeviceModel(string Manufacturer, string Model, string Firmware)
{
    /// <summary>In place of a firmware: every one.</summary>
    public const string AnyFirmware = "*";

    /// <summary>Of what a device says of itself; null where it does not name its model.</summary>
    public static DeviceModel? Of(DeviceFacts facts) =>
        Short(facts.Model) is { Length: > 0 } model ? new DeviceModel(Short(facts.Manufacturer), model, Short(facts.SoftwareVersion)) : null;

    /// <summary>For people.</summary>
    public override string ToString() => $"{Manufacturer} {Model}".Trim() + (Firmware.Length == 0 ? "" : $" with firmware {Firmware}");

    private static string Short(string? text)
    {
        var clean = new string([.. (text ?? "").Where(c => !char.IsControl(c))]).Trim();
        return FaultJson.Storable(clean.Length <= 200 ? clean : clean[..200]);
    }
}
