using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceConsole.Core.Listeners;

namespace DeviceConsole.Web.Hosting.DevicePorts;

/// <summary>One handshake: which certificate is shown, what is asked of the device, and, where it fails, why, in a sentence.</summary>
internal sealed class Handshake(PortTerms port)
{
    // Certificates of devices are looked at as those of TLS clients (RFC 5280 §4.2.1.12); one that names no purpose is good for any.
    private static readonly Oid ClientPurpose = new("1.3.6.1.5.5.7.3.2");

    // Named by its value because it is obsolete, which is the point here.
    private const SslProtocols Tls11 = (SslProtocols)768;
    private string? reason;

    /// <summary>What the port's name asked for; null before the device has said hello.</summary>
    public TlsTerms? Terms { get; private set; }

    /// <summary>The device's certificate, where an authority of the profile vouches for it.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>Chooses by the name that the device asks for (SNI) and the versions that it offers.</summary>
    public ValueTask<SslServerAuthenticationOptions> ChooseAsync(SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancellationToken)
    {
        Terms = port.For(hello.ServerName);
        if (Terms is null) throw Refusal($"Port {port.Settings.Port} has no TLS profile for the name {hello.ServerName}.");
        if (Terms.Certificate is null) throw Refusal($"The private key of the certificate \"{Terms.CertificateName}\" cannot be read. Upload the certificate again.");
        // The handshake goes on all the same, so that the device gets the alert that belongs to it.
        if ((hello.SslProtocols & Terms.Versions) == 0)
            reason = $"The device offers {Offered(hello.SslProtocols)}, but the TLS profile \"{Terms.Profile.Name}\" asks for TLS {Terms.Profile.MinimumVersion} or newer. Update the device, or lower the profile where that is possible.";
        return ValueTask.FromResult(Options(Terms));
    }

    /// <summary>Why it failed.</summary>
    public string Explain(Exception e, bool timedOut)
    {
        if (reason is not null) return reason;
        if (timedOut) return "The device did not finish the TLS handshake in time.";
        var certificate = Terms is null ? "the console's certificate" : $"the certificate \"{Terms.CertificateName}\"";
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause.Message.Contains("alert", StringComparison.OrdinalIgnoreCase))
                return $"The device refused {certificate}: it does not trust whoever signed it, or calls a name that is not in it. Install the authority on the device, or use a certificate that it trusts.";
            if (cause.Message.Contains("no shared cipher", StringComparison.OrdinalIgnoreCase)) return "The device and this server have no cipher in common. Update the device.";
        }
        return e is IOException or AuthenticationException && Terms is not null
            ? $"The device ended the TLS handshake without a word; most often it does not trust {certificate}."
            : "The device sent something that is no TLS handshake.";
    }

    private SslServerAuthenticationOptions Options(TlsTerms terms)
    {
        var asks = terms.Profile.ClientCertificates != ClientCertificates.None;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = terms.Certificate,
            EnabledSslProtocols = terms.Versions,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            ClientCertificateRequired = asks,
            AllowRenegotiation = false,
            // A resumed session shows no certificate again, and could carry over what another name's profile took.
            AllowTlsResume = !asks,
        };
        if (!asks) return options;
        options.CertificateChainPolicy = Policy(terms);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(terms, certificate as X509Certificate2, chain, errors);
        return options;
    }

    private static X509ChainPolicy Policy(TlsTerms terms)
    {
        // Nothing is fetched on a stranger's word: no revocation lists, no issuers from addresses in the certificate.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.ApplicationPolicy.Add(ClientPurpose);
        foreach (var authority in terms.Authorities)
            (authority.Subject == authority.Issuer ? policy.CustomTrustStore : policy.ExtraStore).Add(authority);
        return policy;
    }

    private bool Judge(TlsTerms terms, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not null && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == 0)
        {
            Certificate = certificate;
            return true;
        }
        if (terms.Profile.ClientCertificates == ClientCertificates.Optional) return true;
        reason = certificate is null
            ? $"The device showed no certificate, but the TLS profile \"{terms.Profile.Name}\" asks for one. Install one on the device, or let the profile take devices without."
            : $"The device's certificate ({certificate.Subject}) is not good: {Why(certificate, chain)}";
        return false;
    }

    private static string Why(X509Certificate2 certificate, X509Chain? chain)
    {
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) ?? X509ChainStatusFlags.PartialChain;
        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            return $"none of the profile's authorities vouches for it. It was signed by {certificate.Issuer}; add that authority to the profile if you trust it.";
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return string.Create(CultureInfo.InvariantCulture, $"it, or an authority above it, is out of its time. It is good from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}.");
        return status.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? "it is not made for TLS clients (extended key usage)." : $"{status}.";
    }

    private static string Offered(SslProtocols versions)
    {
        if (versions.HasFlag(SslProtocols.Tls13)) return "TLS 1.3";
        if (versions.HasFlag(SslProtocols.Tls12)) return "TLS 1.2 at best";
        return versions.HasFlag(Tls11) ? "TLS 1.1 at best" : "TLS 1.0 or older";
    }

    private AuthenticationException Refusal(string sentence)
    {
        reason = sentence;
        return new AuthenticationException(sentence);
    }
}
