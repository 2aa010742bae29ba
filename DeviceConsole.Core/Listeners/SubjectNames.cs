using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace DeviceConsole.Core.Listeners;

/// <summary>The names in a certificate: its common name and its subject alternative names (RFC 5280 §4.2.1.6).</summary>
/// <param name="CommonName">The CN; empty where there is none.</param>
/// <param name="Dns">DNS names.</param>
/// <param name="Uris">URIs.</param>
/// <param name="Addresses">Addresses.</param>
public sealed record SubjectNames(string CommonName, IReadOnlyList<string> Dns, IReadOnlyList<string> Uris, IReadOnlyList<string> Addresses)
{
    private const string AlternativeNames = "2.5.29.17", CommonNameOid = "2.5.4.3";

    /// <summary>Of a certificate. What is malformed in it is passed over: it proves nothing.</summary>
    public static SubjectNames Of(X509Certificate2 certificate)
    {
        var (dns, uris, addresses) = (new List<string>(), new List<string>(), new List<string>());
        try
        {
            foreach (var extension in certificate.Extensions.Where(e => e.Oid?.Value == AlternativeNames)) Read(extension.RawData, dns, uris, addresses);
        }
        catch (AsnContentException)
        {
            return new SubjectNames("", [], [], []);
        }
        return new SubjectNames(CommonNameOf(certificate), dns, uris, addresses);
    }

    private static string CommonNameOf(X509Certificate2 certificate)
    {
        // With several the last one written is the most exact one (RFC 6125 §2.3.1); the enumeration begins with the most general.
        var found = certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false).Where(r => !r.HasMultipleElements && r.GetSingleElementType().Value == CommonNameOid).ToList();
        return found.Count == 0 ? "" : found[^1].GetSingleElementValue() ?? "";
    }

    private static void Read(byte[] extension, List<string> dns, List<string> uris, List<string> addresses)
    {
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            var tag = names.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific) names.ReadEncodedValue();
            else if (tag.TagValue == 2) dns.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            else if (tag.TagValue == 6) uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            else if (tag.TagValue == 7 && names.ReadOctetString(tag) is { Length: 4 or 16 } address) addresses.Add(new IPAddress(address).ToString());
            else if (tag.TagValue != 7) names.ReadEncodedValue();
        }
    }
}
