using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Shared;

/// <summary>What certificates of devices and endpoints' settings have to do with each other, whatever the protocol.</summary>
internal static class CertificateNames
{
    private const string Setting = "certificate";

    /// <summary>The endpoint's setting that ties the device to one certificate.</summary>
    public static FieldDescriptor Field { get; } = new(Setting, "Certificate", FieldKind.Text)
    {
        Placeholder = "its name or SHA-256 fingerprint",
        Help = "Only where the device's TLS certificate does not carry this identity: its common name, a subject alternative name, or its SHA-256 fingerprint.",
    };

    /// <summary>Whether it is the certificate that the settings name; null where they name none.</summary>
    public static CertificateMatch? Chosen(DeviceCertificate certificate, JsonObject settings)
    {
        if (settings.Text(Setting)?.Trim() is not { Length: > 0 } wanted) return null;
        var same = All(certificate).Contains(wanted, StringComparer.OrdinalIgnoreCase) || wanted.Replace(":", "", StringComparison.Ordinal).Equals(certificate.Fingerprint, StringComparison.OrdinalIgnoreCase);
        return same ? CertificateMatch.Same : CertificateMatch.Other;
    }

    /// <summary>Same where one of the names is the identity, other where there are names and none is, else silent.</summary>
    public static CertificateMatch Compare(IEnumerable<string> names, Func<string, bool> isIdentity)
    {
        var found = CertificateMatch.Silent;
        foreach (var name in names)
        {
            if (isIdentity(name)) return CertificateMatch.Same;
            found = CertificateMatch.Other;
        }
        return found;
    }

    /// <summary>Every name in it.</summary>
    public static IEnumerable<string> All(DeviceCertificate certificate) => certificate.Uris.Concat(certificate.DnsNames).Append(certificate.CommonName).Where(n => n.Length > 0);
}
