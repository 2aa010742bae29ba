using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>
/// A device's identity: <c>OUI-ProductClass-SerialNumber</c>, or <c>OUI-SerialNumber</c> where it has no product class (TR-069 §3.4.4, TR-106).
/// A hexadecimal OUI is written in capitals; the rest is taken as it is.
/// </summary>
internal static class CwmpIdentity
{
    private const int Maximum = 255;

    /// <summary>Of what the device says of itself.</summary>
    public static IdentityCheck Of(DeviceIdStruct id)
    {
        if (id.Oui.Length == 0) return Wrong("The device's Inform has no OUI.");
        if (id.SerialNumber.Length == 0) return Wrong("The device's Inform has no serial number.");
        return Check(id.ProductClass.Length == 0 ? $"{id.Oui}-{id.SerialNumber}" : $"{id.Oui}-{id.ProductClass}-{id.SerialNumber}");
    }

    /// <summary>The other form of it: without the product class where it has one, with whatever product class where it has none.</summary>
    public static IdentityVariant? VariantOf(DeviceIdStruct id)
    {
        if (id.Oui.Length == 0 || id.SerialNumber.Length == 0 || Check($"{id.Oui}-{id.SerialNumber}").Identity is not { } bare) return null;
        return id.ProductClass.Length > 0 ? new IdentityVariant(bare, null, id.SerialNumber) : new IdentityVariant(bare[..(id.Oui.Length + 1)], "-" + id.SerialNumber, id.SerialNumber);
    }

    /// <summary>Of its parts as another device tells them (TR-069 Annex F); null where they make none.</summary>
    public static string? OfParts(string oui, string productClass, string serial) => oui.Length == 0 || serial.Length == 0 ? null : Of(new DeviceIdStruct("", oui, productClass, serial)).Identity;

    /// <summary>Of a text that a person typed, or of the parts put together.</summary>
    public static IdentityCheck Check(string text)
    {
        text = text.Trim();
        if (text.Length == 0) return Wrong("Enter the device's OUI, product class and serial number with hyphens between them, for example 00D09E-HG310-S0001.");
        if (text.Length > Maximum) return Wrong($"An identity has at most {Maximum} characters.");
        if (text.Any(char.IsControl)) return Wrong("An identity has no control characters.");
        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        if (hyphen <= 0 || hyphen == text.Length - 1) return Wrong("An identity is OUI-ProductClass-SerialNumber, or OUI-SerialNumber where the device has no product class.");
        var oui = text[..hyphen];
        return new IdentityCheck((oui.All(char.IsAsciiHexDigit) ? oui.ToUpperInvariant() : oui) + text[hyphen..], null);
    }

    private static IdentityCheck Wrong(string error) => new(null, error);
}
