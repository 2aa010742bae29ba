using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>
/// CPE certificates: a name in them is <c>OUI-ProductClass-SerialNumber</c> or <c>OUI-SerialNumber</c>, percent-encoded where the parts hold other characters (TR-069 §3.4.4, §3.4.5).
/// </summary>
internal static class CwmpCertificate
{
    private const int OuiLength = 6;

    /// <summary>What the certificate says of a CPE.</summary>
    public static CertificateMatch Match(DeviceCertificate certificate, string identity, JsonObject settings) =>
        CertificateNames.Chosen(certificate, settings) ?? CertificateNames.Compare(CertificateNames.All(certificate).Select(NameOf).OfType<string>(), name => name == identity || IsShort(name, identity));

    // A name that does not begin with an OUI is no device's.
    private static string? NameOf(string text)
    {
        var name = Uri.UnescapeDataString(text);
        return name.Length > OuiLength + 1 && name[OuiLength] == '-' && name[..OuiLength].All(char.IsAsciiHexDigit) ? CwmpIdentity.Check(name).Identity : null;
    }

    // Without the product class: only where hyphens leave no doubt which part is which, else one device's serial number could end another's.
    private static bool IsShort(string name, string identity)
    {
        var (own, whole) = (name.Split('-'), identity.Split('-'));
        return own.Length == 2 && whole.Length == 3 && own[0] == whole[0] && own[1] == whole[2];
    }
}
