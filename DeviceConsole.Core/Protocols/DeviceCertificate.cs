namespace DeviceConsole.Core.Protocols;

/// <summary>The certificate that a device showed, where an authority of the TLS profile vouches for it. A feature of the connection.</summary>
/// <param name="CommonName">The subject's CN; empty where there is none.</param>
/// <param name="DnsNames">Subject alternative names: DNS names.</param>
/// <param name="Uris">Subject alternative names: URIs.</param>
/// <param name="Fingerprint">SHA-256 in lower-case hexadecimal digits.</param>
public sealed record DeviceCertificate(string CommonName, IReadOnlyList<string> DnsNames, IReadOnlyList<string> Uris, string Fingerprint)
{
    /// <summary>The only tenant whose devices its authority vouches for; null for everybody's.</summary>
    public Guid? TenantId { get; init; }

    /// <summary>Whose it is, for people.</summary>
    public string Title => CommonName.Length > 0 ? CommonName : Uris.Concat(DnsNames).FirstOrDefault() ?? $"{Fingerprint[..16]}…";
}

/// <summary>What a certificate says of an identity.</summary>
public enum CertificateMatch
{
    /// <summary>It names no device: it proves nothing, and forbids nothing.</summary>
    Silent,

    /// <summary>It is the device's own.</summary>
    Same,

    /// <summary>It is another device's.</summary>
    Other,
}
