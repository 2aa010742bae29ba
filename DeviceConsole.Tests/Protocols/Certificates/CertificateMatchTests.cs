using System.Text.Json.Nodes;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Usp;
using DeviceConsole.Protocols.WebPa;
using DeviceConsole.Tests.Hosting.DevicePorts;

namespace DeviceConsole.Tests.Protocols.Certificates;

/// <summary>Which device a certificate names, by protocol.</summary>
public sealed class CertificateMatchTests
{
    private const string Fingerprint = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    [Theory]
    [InlineData("00D09E-HG310-S1", "00D09E-HG310-S1", CertificateMatch.Same)]
    [InlineData("00d09e-HG310-S1", "00D09E-HG310-S1", CertificateMatch.Same)]
    [InlineData("00D09E-HG%20310-S1", "00D09E-HG 310-S1", CertificateMatch.Same)]
    [InlineData("00D09E-S1", "00D09E-S1", CertificateMatch.Same)]
    [InlineData("00D09E-S1", "00D09E-HG310-S1", CertificateMatch.Same)]
    [InlineData("00D09E-S1", "00D09E-HG-310-S1", CertificateMatch.Other)]
    [InlineData("00D09E-1", "00D09E-HG310-S-1", CertificateMatch.Other)]
    [InlineData("00D09E-S2", "00D09E-HG310-S1", CertificateMatch.Other)]
    [InlineData("00D09F-S1", "00D09E-HG310-S1", CertificateMatch.Other)]
    [InlineData("acs-client", "00D09E-HG310-S1", CertificateMatch.Silent)]
    [InlineData("", "00D09E-HG310-S1", CertificateMatch.Silent)]
    public void Cwmp_takes_the_identity_or_oui_and_serial_number(string commonName, string identity, CertificateMatch expected) =>
        CwmpCertificate.Match(Certificate(commonName), identity, []).Should().Be(expected);

    [Theory]
    [InlineData("urn:bbf:usp:id:os::012345-ABC", "os::012345-ABC", CertificateMatch.Same)]
    [InlineData("URN:BBF:USP:ID:os::012345-ABC", "os::012345-ABC", CertificateMatch.Same)]
    [InlineData("urn:bbf:usp:id:os::012345-abc", "os::012345-ABC", CertificateMatch.Other)]
    [InlineData("urn:bbf:usp:id:os::012345-ABCD", "os::012345-ABC", CertificateMatch.Other)]
    [InlineData("https://example.net/", "os::012345-ABC", CertificateMatch.Silent)]
    public void Usp_takes_the_endpoint_id_among_the_uris(string uri, string identity, CertificateMatch expected) =>
        AgentCertificate.Match(new DeviceCertificate("os::012345-ABC", [], [uri], Fingerprint), identity, []).Should().Be(expected);

    [Theory]
    [InlineData("14CFE2142142", null, "mac:14cfe2142142", CertificateMatch.Same)]
    [InlineData("14:cf:e2:14:21:42", null, "mac:14cfe2142142", CertificateMatch.Same)]
    [InlineData("x", "mac:14cfe2142142", "mac:14cfe2142142", CertificateMatch.Same)]
    [InlineData("14CFE2142143", null, "mac:14cfe2142142", CertificateMatch.Other)]
    [InlineData("x", "box.example.net", "mac:14cfe2142142", CertificateMatch.Silent)]
    [InlineData("x", "Box.example.net", "dns:box.example.net", CertificateMatch.Same)]
    public void WebPa_takes_the_mac_address_or_the_name_with_its_scheme(string commonName, string? dns, string identity, CertificateMatch expected) =>
        WebPaCertificate.Match(new DeviceCertificate(commonName, dns is null ? [] : [dns], [], Fingerprint), identity, []).Should().Be(expected);

    [Theory]
    [InlineData("Acme Gateway 7", CertificateMatch.Same)]
    [InlineData("00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF", CertificateMatch.Same)]
    [InlineData("somebody else", CertificateMatch.Other)]
    public void The_endpoints_setting_decides_where_there_is_one(string setting, CertificateMatch expected)
    {
        var settings = new JsonObject { ["certificate"] = setting };
        var certificate = Certificate("ACME gateway 7");
        CwmpCertificate.Match(certificate, "00D09E-S1", settings).Should().Be(expected);
        AgentCertificate.Match(certificate, "os::012345-ABC", settings).Should().Be(expected);
        WebPaCertificate.Match(certificate, "mac:14cfe2142142", settings).Should().Be(expected);
    }

    [Fact]
    public void Names_are_read_out_of_a_certificate()
    {
        using var authority = new Authority("Makers");
        using var certificate = authority.Issue("Box 7", ["urn:bbf:usp:id:os::012345-ABC", "box.example.net", "192.0.2.7"]);
        SubjectNames.Of(certificate).Should().BeEquivalentTo(new SubjectNames("Box 7", ["box.example.net"], ["urn:bbf:usp:id:os::012345-ABC"], ["192.0.2.7"]));
    }

    private static DeviceCertificate Certificate(string commonName) => new(commonName, [], [], Fingerprint);
}
