using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace DeviceConsole.Core.Listeners;

/// <summary>A TLS profile, ready for handshakes.</summary>
/// <param name="Profile">What was decided.</param>
/// <param name="CertificateName">For sentences.</param>
/// <param name="Certificate">What devices are shown; null where its private key cannot be read.</param>
/// <param name="Authorities">Who may have signed the devices' certificates.</param>
public sealed record TlsTerms(TlsProfile Profile, string CertificateName, SslStreamCertificateContext? Certificate, X509Certificate2Collection Authorities)
{
    /// <summary>The versions that are spoken.</summary>
    public SslProtocols Versions => Profile.MinimumVersion == "1.3" ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;
}

/// <summary>How one port is served.</summary>
/// <param name="Settings">What was decided.</param>
/// <param name="Default">For every name that has no terms of its own; null: without TLS.</param>
/// <param name="Names">Terms by host name; <c>*.example.net</c> stands for one label.</param>
public sealed record PortTerms(DevicePort Settings, TlsTerms? Default, IReadOnlyDictionary<string, TlsTerms> Names)
{
    /// <summary>The terms for what the device calls this host (SNI, RFC 6066 §3; empty where it says nothing): its own, then its wildcard's, then the port's.</summary>
    public TlsTerms? For(string host)
    {
        host = host.TrimEnd('.').ToLowerInvariant();
        if (Names.TryGetValue(host, out var own)) return own;
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && Names.TryGetValue("*" + host[dot..], out var wild) ? wild : Default;
    }
}
