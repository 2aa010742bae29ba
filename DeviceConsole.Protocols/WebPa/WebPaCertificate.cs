using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>Certificates of RDK devices: the common name or a subject alternative name is the MAC address, or the name with its scheme.</summary>
internal static class WebPaCertificate
{
    /// <summary>What the certificate says of a device.</summary>
    public static CertificateMatch Match(DeviceCertificate certificate, string identity, JsonObject settings)
    {
        if (CertificateNames.Chosen(certificate, settings) is { } chosen) return chosen;
        // A DNS name is a device's only where the device calls itself so; certificates carry them for many reasons.
        var names = CertificateNames.All(certificate).Select(n => WebPaIdentity.Check(n).Identity).OfType<string>();
        if (identity.StartsWith("dns:", StringComparison.Ordinal)) names = names.Concat(certificate.DnsNames.Select(n => "dns:" + n.ToLowerInvariant()));
        return CertificateNames.Compare(names, name => name == identity);
    }
}
