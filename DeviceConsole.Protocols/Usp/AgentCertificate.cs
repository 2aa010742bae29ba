using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Usp;

/// <summary>Certificates of agents: the endpoint ID is a URI among the subject alternative names, <c>urn:bbf:usp:id:os::012345-ABC123</c> (TR-369 §"Authentication and Authorization").</summary>
internal static class AgentCertificate
{
    private const string Urn = "urn:bbf:usp:id:";

    /// <summary>What the certificate says of an agent.</summary>
    public static CertificateMatch Match(DeviceCertificate certificate, string identity, JsonObject settings) =>
        CertificateNames.Chosen(certificate, settings) ?? CertificateNames.Compare(
            certificate.Uris.Where(u => u.StartsWith(Urn, StringComparison.OrdinalIgnoreCase)).Select(u => u[Urn.Length..]), name => name == identity || Uri.UnescapeDataString(name) == identity);
}
