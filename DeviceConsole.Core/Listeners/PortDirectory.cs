using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Secrets;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Listeners;

/// <summary>
/// The ports of devices as this node serves them: one immutable picture that handshakes read without a query. Whoever listens refreshes it after a change.
/// </summary>
public sealed partial class PortDirectory(DataSources dataSources, MasterKey masterKey, ILogger<PortDirectory> logger)
{
    private readonly SecretBox box = new(masterKey, CertificateService.Purpose);

    /// <summary>By port; empty before the first <see cref="RefreshAsync"/>.</summary>
    public FrozenDictionary<int, PortTerms> Current { get; private set; } = FrozenDictionary<int, PortTerms>.Empty;

    /// <summary>Reads everything again. A certificate whose key cannot be read spoils its own profiles only.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var (ports, terms) = (new List<DevicePort>(), new Dictionary<Guid, TlsTerms>());
        // Two queries: a profile that went away between them has gone from its ports as well.
        do
        {
            ports = await DevicePortService.ReadAsync(dataSources, cancellationToken);
            if (ports.Count > 0) terms = await ReadTermsAsync(cancellationToken);
        }
        while (ports.SelectMany(p => p.Names.Select(n => (Guid?)n.ProfileId).Append(p.ProfileId)).Any(id => id is { } known && !terms.ContainsKey(known)));
        Current = ports.ToFrozenDictionary(p => p.Port, p => new PortTerms(p, p.ProfileId is { } id ? terms[id] : null,
            p.Names.ToFrozenDictionary(n => n.Host, n => terms[n.ProfileId])));
    }

    private async Task<Dictionary<Guid, TlsTerms>> ReadTermsAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand(
            """
            SELECT p.id, p.name, p.certificate_id, p.minimum_version, p.client_certificates, p.client_authorities, p.client_tenant, c.name, c.chain, c.private_key
            FROM tls_profiles p JOIN certificates c ON c.id = p.certificate_id
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = await reader.ListAsync(r => (Profile: TlsProfileService.Read(r), Name: r.GetString(7), Chain: r.GetString(8), Key: r.GetFieldValue<byte[]>(9)), cancellationToken);
        return rows.ToDictionary(r => r.Profile.Id, r => Make(r.Profile, r.Name, r.Chain, r.Key));
    }

    private TlsTerms Make(TlsProfile profile, string name, string chain, byte[] sealedKey)
    {
        var authorities = new X509Certificate2Collection();
        foreach (var authority in PemReader.Certificates(profile.ClientAuthorities) ?? []) authorities.Add(authority);
        try
        {
            var key = box.Open(sealedKey, profile.CertificateId.ToString("n"));
            var opened = PemReader.Open(chain, key);
            CryptographicOperations.ZeroMemory(key);
            // Devices with several certificates choose by the list of authorities (RFC 8446 §4.2.4).
            var trust = authorities.Count == 0 ? null : SslCertificateTrust.CreateForX509Collection(authorities, sendTrustInHandshake: true);
            return new TlsTerms(profile, name, SslStreamCertificateContext.Create(opened.Leaf, [.. opened.Others], offline: true, trust), authorities);
        }
        catch (Exception e) when (e is SecretUnreadableException or CryptographicException)
        {
            LogUnreadable(name, e.Message);
            return new TlsTerms(profile, name, null, authorities);
        }
    }

    [LoggerMessage(2650, LogLevel.Error, "The private key of the certificate {Name} cannot be read, so its TLS profiles refuse every connection: {Problem}")]
    private partial void LogUnreadable(string name, string problem);
}
